import { Controller, Get, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthModule, CurrentPrincipal, CurrentUser, HTTPBearer, JwtStrategy, Principal, Public, RequiredScopes, Scopes, ScopesGuard, Security, SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme, TestStrategy, tokenWith } from '../support/tokens.js';
import type { TestUser } from '../support/tokens.js';

const users: unknown[] = [];
const required: SecurityScopes[] = [];
let lookups = 0;

@Injectable()
class CountingStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  validate({ sub }: { sub: string }): TestUser {
    lookups += 1;
    return { name: sub };
  }
}

/** A guard of the user's own, of the kind that reads request.user. */
@Injectable()
class SeesUser implements CanActivate {
  canActivate(context: ExecutionContext) {
    users.push(context.switchToHttp().getRequest<{ user?: unknown }>().user);
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestScopedReader {
  constructor(private readonly required: SecurityScopes) {}
  read() {
    return { scopes: this.required.scopes, scopeStr: this.required.scopeStr, has: this.required.has('me'), hasAdmin: this.required.has('me', 'admin') };
  }
}

@Controller('order')
@UseGuards(SeesUser)
@Scopes('me')
class OrderController {
  @Get('after')
  @Scopes('items')
  @UseGuards(SeesUser, ScopesGuard, ScopesGuard.with('me'), ScopesGuard)
  read(@CurrentUser() user: TestUser) {
    return user;
  }
}

@Controller('values')
@Scopes('me')
class ValuesController {
  @Get('principal')
  principal(@CurrentPrincipal() principal: Principal<TestUser>) {
    const { user, scopes, scheme, claims } = principal;
    return { user, scopes, scheme, jti: claims['jti'], frozen: [principal, principal.scopes, principal.claims].every((value) => Object.isFrozen(value)) };
  }

  @Get('shared')
  shared(@RequiredScopes() scopes: SecurityScopes) {
    required.push(scopes);
    return [scopes, Object.isFrozen(scopes) && Object.isFrozen(scopes.scopes)];
  }

  @Get('public')
  @Public()
  open(@CurrentUser() user: unknown, @CurrentPrincipal() principal: unknown) {
    return { user, principal };
  }
}

@Controller('request-scoped')
@Scopes('me')
class RequestScopedController {
  constructor(private readonly reader: RequestScopedReader) {}
  @Get()
  @Scopes('items')
  read() {
    return this.reader.read();
  }
}

/** Replaces its handler by a bound copy, as JavaScript programmers do. */
@Controller('bound')
@Scopes('me')
class BoundController {
  constructor() {
    this.read = this.read.bind(this);
  }
  @Get()
  @Scopes('items')
  read() {
    return 'ok';
  }
}

@Controller('spoof')
class SpoofController {
  @Get()
  @Scopes('me')
  read(@CurrentUser() user: TestUser) {
    return user;
  }
  @Get('open')
  open(@CurrentUser() user: unknown) {
    return { user };
  }
}

const optional = new HTTPBearer({ autoError: false, schemeName: 'optional' });
const other = new HTTPBearer({ schemeName: 'other' });
const oauth2 = testScheme();

@Controller('schemes')
class SchemesController {
  @Get('optional')
  @Security(optional)
  optional(@CurrentUser() user: TestUser | null) {
    return { user };
  }
  @Get('optional-with-scope')
  @Security(optional, { scopes: ['me'] })
  optionalWithScope(@CurrentUser() user: TestUser | null) {
    return { user };
  }
  @Get('both')
  @Security(oauth2, { scopes: ['me'] })
  @Security(other, { scopes: ['extra'] })
  both() {
    return 'ok';
  }
  @Get('carried')
  @Security(oauth2)
  @Security(other)
  @Scopes('me', 'undeclared')
  carried() {
    return 'ok';
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      realm: 'tests',
      schemes: [
        { scheme: oauth2, strategy: CountingStrategy },
        { scheme: optional, strategy: TestStrategy },
        { scheme: other, strategy: TestStrategy },
      ],
    }),
  ],
  controllers: [OrderController, ValuesController, RequestScopedController, BoundController, SpoofController, SchemesController],
  providers: [RequestScopedReader, { provide: APP_GUARD, useClass: SeesUser }],
})
class App {}

describe.each(ADAPTERS)('ScopesGuard on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(App, adapter, (nest) => {
      nest.use((request: Record<string, unknown>, _response: unknown, next: () => void) => {
        if ((request['headers'] as Record<string, unknown>)['x-spoof'] !== undefined) {
          request['user'] = { name: 'spoofed' };
          request['auth'] = { user: { name: 'spoofed' }, scopes: ['me'], scheme: 'OAuth2PasswordBearer' };
        }
        next();
      });
    });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    users.length = 0;
    required.length = 0;
    lookups = 0;
  });

  it('verifies once per request, however often it is bound', async () => {
    expect((await app.get('/order/after', await tokenWith('me items'))).json).toEqual({ name: 'johndoe' });
    expect(lookups).toBe(1);
  });

  it('has identified the caller before the guards of controller and method run, whatever their order', async () => {
    await app.get('/order/after', await tokenWith('me items'));
    expect(users.slice(1)).toEqual([{ name: 'johndoe' }, { name: 'johndoe' }]);
  });

  it('leaves an application guard in front of it in front', async () => {
    await app.get('/order/after');
    expect(users).toEqual([undefined]);
  });

  it('gives handlers the frozen principal: user, granted scopes, scheme, claims', async () => {
    expect((await app.get('/values/principal', await tokenWith('me items'))).json).toEqual({
      user: { name: 'johndoe' }, scopes: ['me', 'items'], scheme: 'OAuth2PasswordBearer', jti: 'id-1', frozen: true,
    });
  });

  it('gives all requests of a route one frozen SecurityScopes', async () => {
    const token = await tokenWith('me');
    expect((await app.get('/values/shared', token)).json).toEqual([{ scopes: ['me'], scopeStr: 'me' }, true]);
    await app.get('/values/shared', token);
    expect(required[0]).toBe(required[1]);
  });

  it('gives a public route null for user and principal, also when a good token is sent', async () => {
    expect((await app.get('/values/public', await tokenWith('me'))).json).toEqual({ user: null, principal: null });
  });

  it('lets a request-scoped provider read the scopes of the route through injected SecurityScopes', async () => {
    expect((await app.get('/request-scoped', await tokenWith('me items'))).json).toEqual({ scopes: ['me', 'items'], scopeStr: 'me items', has: true, hasAdmin: false });
  });

  it('protects a handler that the controller has replaced by a bound copy', async () => {
    expect((await app.get('/bound')).status).toBe(401);
    expect((await app.get('/bound', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/bound', await tokenWith('me items'))).status).toBe(200);
  });

  it('does not believe a principal that something else wrote on the request', async () => {
    expect((await app.send({ path: '/spoof', headers: [['x-spoof', '1']] })).status).toBe(401);
    const token = await tokenWith('me');
    expect((await app.send({ path: '/spoof', headers: [['x-spoof', '1'], ['Authorization', `Bearer ${token}`]] })).json).toEqual({ name: 'johndoe' });
    expect((await app.send({ path: '/spoof/open', headers: [['x-spoof', '1']] })).json).toEqual({ user: null });
  });

  it('answers 401 when validate knows no such user', async () => {
    const response = await app.get('/schemes/optional', await tokenWith('me', { sub: 'nobody' }));
    expect(response.status).toBe(401);
    expect(response.json).toEqual({ statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' });
  });

  it('uses the realm of the options in every challenge', async () => {
    expect((await app.get('/spoof')).challenges).toEqual(['Bearer realm="tests", scope="me"']);
  });

  it('protects HEAD like GET', async () => {
    expect((await app.send({ method: 'HEAD', path: '/spoof' })).status).toBe(401);
  });

  it.each(['/SPOOF', '/spoof/', '//spoof', '/%73poof', '/spoof;x=1', '/spoof?x=1'])('never lets the spelling %s past the guard', async (path) => {
    expect([401, 404]).toContain((await app.get(path)).status);
  });

  describe('a scheme that may be absent', () => {
    it('lets a caller in who sends nothing', async () => {
      const response = await app.get('/schemes/optional');
      expect([response.status, response.json]).toEqual([200, { user: null }]);
    });
    it('identifies a caller who sends a good token', async () => {
      expect((await app.get('/schemes/optional', await tokenWith(''))).json).toEqual({ user: { name: 'johndoe' } });
    });
    it.each(['garbage', 'not~a!token'])('never turns the bad token %s into an anonymous caller', async (token) => {
      const response = await app.get('/schemes/optional', token);
      expect(response.status).toBe(401);
      expect(response.challenges).toEqual(['Bearer realm="tests", error="invalid_token"']);
    });
    it('must be there where scopes are required of it', async () => {
      expect((await app.get('/schemes/optional-with-scope')).status).toBe(401);
      expect((await app.get('/schemes/optional-with-scope', await tokenWith('items'))).status).toBe(403);
      expect((await app.get('/schemes/optional-with-scope', await tokenWith('me'))).status).toBe(200);
    });
  });

  describe('several schemes', () => {
    it('are all required, each with its own scopes', async () => {
      expect((await app.get('/schemes/both', await tokenWith('me'))).status).toBe(403);
      expect((await app.get('/schemes/both', await tokenWith('extra'))).status).toBe(403);
      expect((await app.get('/schemes/both', await tokenWith('me extra'))).status).toBe(200);
    });
    it('carry a bare scope where it is declared, else where there is no catalogue', async () => {
      expect((await app.get('/schemes/carried', await tokenWith('me undeclared'))).status).toBe(200);
      expect((await app.get('/schemes/carried', await tokenWith('me'))).status).toBe(403);
    });
  });

  it('keeps principals apart in interleaved requests (NST-13)', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `user-${String(index)}`);
    const answers = await Promise.all(names.map(async (name) => (await app.get('/spoof', await tokenWith('me', { sub: name }))).json as TestUser));
    expect(answers.map(({ name }) => name)).toEqual(names);
  });
});
