import { Controller, ForbiddenException, Get, Headers, Injectable, Module, Query } from '@nestjs/common';
import type { ExecutionContext, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DocumentBuilder } from '@nestjs/swagger';
import { APIKeyQuery, ApiKeyStrategy, AuthModule, createSecureDocument, CurrentPrincipal, Depends, describeSecurity, RequiredScopes, Scopes, ScopesGuard, Security } from 'nestjs-scopes';
import type { Principal, SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const bearer = testScheme();
const queryKey = new APIKeyQuery({ name: 'key' });

@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  validate(hash: string) { return hash === ApiKeyStrategy.hash('k'.repeat(32)) ? { scopes: ['me'] } : null; }
}

/** What a domain names, without saying how a caller is found. */
abstract class Caller {
  abstract resolve(...parameters: never[]): unknown;
}
@Injectable()
class TokenCaller extends Caller {
  resolve(@Security(bearer, { scopes: ['items'] }) _token: string, @CurrentPrincipal() principal: Principal) { return { scopes: principal.scopes }; }
}
abstract class KeyCaller {
  abstract resolve(...parameters: never[]): unknown;
}
@Injectable()
class QueryKeyCaller {
  resolve(@Depends(queryKey) key: string) { return { key }; }
}
@Injectable()
class Real {
  resolve(@Depends(bearer) token: string) { return token.length > 0; }
}
@Injectable()
class Stricter extends Real {
  override resolve(@Security(bearer, { scopes: ['items'] }) token: string) { return token.length > 1; }
}
@Injectable()
class FromFactory {
  resolve(@Depends(bearer) token: string) { return token.length > 0; }
}
/** Looks at the scopes itself, which the name that it stands for does not tell. */
abstract class Checked {
  abstract resolve(...parameters: never[]): unknown;
}
class HeaderChecked extends Checked {
  resolve(@RequiredScopes() { scopes }: SecurityScopes, @Headers('x-scopes') have: string) {
    if (!scopes.every((scope) => have.split(' ').includes(scope))) throw new ForbiddenException();
    return scopes;
  }
}
@Injectable()
class NeedsChecked {
  resolve(@Depends(Checked) value: unknown, @RequiredScopes() _required: SecurityScopes) { return value; }
}
@Injectable()
class Base {
  resolve(@Query('user') user: string, @Depends(bearer) _token: string) { return user; }
}
@Injectable()
class WithoutParameters extends Base {
  override resolve(user = 'nobody') { return user; }
}
@Injectable()
class Banned {
  resolve(@Depends(bearer) _token: string): string { throw new ForbiddenException('banned'); }
}

@Controller()
class StandInController {
  @Get('caller') caller(@Depends(Caller) caller: unknown) { return caller; }
  @Get('beside') @Scopes('me') beside(@Depends(Caller) caller: unknown) { return caller; }
  @Get('key') key(@Depends(KeyCaller) caller: unknown) { return caller; }
  @Get('real') real(@Depends(Real) value: unknown) { return { value }; }
  @Get('factory') factory(@Depends(FromFactory) value: unknown) { return { value }; }
  @Get('checked') @Security(NeedsChecked) checked(@Security(NeedsChecked, { scopes: ['items'] }) value: unknown) { return { value }; }
  @Get('overriding') overriding(@Depends(WithoutParameters) value: string) { return { value }; }
  @Get('banned') @Security(Banned) banned() { return 'secret'; }
}
@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy: TestStrategy }, { scheme: queryKey, strategy: KeyStrategy }] })],
  controllers: [StandInController],
  providers: [
    { provide: Caller, useClass: TokenCaller },
    QueryKeyCaller,
    { provide: KeyCaller, useExisting: QueryKeyCaller },
    { provide: Real, useClass: Stricter },
    { provide: FromFactory, useFactory: () => new Stricter() },
    { provide: Checked, useFactory: () => new HeaderChecked() },
    NeedsChecked,
    WithoutParameters,
    Banned,
  ],
})
class StandInApp {}

describe.each(ADAPTERS)('A provider that stands for a dependency, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(StandInApp, adapter);
  });
  afterAll(() => app.close());
  const described = (path: string): unknown => describeSecurity(app.app).find((route) => route.path === path)?.security;
  const documented = (path: string): unknown => createSecureDocument(app.app, new DocumentBuilder().build()).paths[path]?.get?.security;

  it('is enforced and documented with what it requires, also where the name is an abstract class', async () => {
    expect(described('/caller')).toEqual([{ [bearer.name]: ['items'] }]);
    expect(documented('/caller')).toEqual([{ [bearer.name]: ['items'] }]);
    expect((await app.get('/caller')).status).toBe(401);
    expect((await app.get('/caller', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/caller', await tokenWith('items'))).json).toEqual({ scopes: ['items'] });
  });

  it('adds to what the route requires, and loses nothing by it', async () => {
    expect(described('/beside')).toEqual([{ [bearer.name]: ['me', 'items'] }]);
    expect((await app.get('/beside', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/beside', await tokenWith('me items'))).status).toBe(200);
  });

  it('is found through useExisting, with the header that a key in the query needs', async () => {
    expect(described('/key')).toEqual([{ [queryKey.name]: [] }]);
    const { status, headers } = await app.get(`/key?key=${'k'.repeat(32)}`);
    expect({ status, cached: headers['cache-control'] }).toEqual({ status: 200, cached: 'no-store' });
  });

  it('may require more than the class that it stands for', async () => {
    expect(documented('/real')).toEqual([{ [bearer.name]: ['items'] }]);
    expect((await app.get('/real', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/real', await tokenWith('items'))).json).toEqual({ value: true });
  });

  it('is enforced, though not documented, where a factory makes it', async () => {
    expect(documented('/factory')).toEqual([{ [bearer.name]: [] }]);
    expect((await app.get('/factory', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/factory', await tokenWith('items'))).json).toEqual({ value: true });
  });

  it('has a value of its own for each set of scopes that it reads', async () => {
    expect((await app.send({ path: '/checked', headers: [['X-Scopes', 'me']] })).status).toBe(403);
    expect((await app.send({ path: '/checked', headers: [['X-Scopes', 'items']] })).json).toEqual({ value: ['items'] });
  });

  it('has the parameters of its own resolve, and none of the one that it overrides', async () => {
    expect((await app.get('/overriding?user=somebody')).json).toEqual({ value: 'nobody' });
  });
});

/** No module provides it, which is a mistake that `audit: 'warn'` lets start. */
@Injectable()
class Forgotten {
  resolve() { return 1; }
}
@Controller()
class ForgottenController {
  @Get() @Security(Forgotten) @Scopes('me') read() { return 'secret'; }
}
@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy: TestStrategy }], audit: 'warn' })], controllers: [ForgottenController] })
class ForgottenApp {}

describe.each(ADAPTERS)('A guard that swallows refusals, on %s', (adapter) => {
  @Injectable()
  class LenientGuard extends ScopesGuard {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      try {
        await super.canActivate(context);
      } catch {
        // Whatever it was.
      }
      return true;
    }
  }
  const lenient = (module: Type): Type => {
    @Module({ imports: [module], providers: [{ provide: APP_GUARD, useClass: LenientGuard }] })
    class LenientApp {}
    return LenientApp;
  };

  it.each([
    ['whom a dependency has refused', StandInApp, '/banned'],
    ['where a dependency cannot be resolved', ForgottenApp, '/'],
  ])('does not let in a caller %s', async (_what, module, path) => {
    const app = await start(lenient(module), adapter);
    expect((await app.get(path, await tokenWith('me'))).status).toBe(403);
    await app.close();
  });
});
