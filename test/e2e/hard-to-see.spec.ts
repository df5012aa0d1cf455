import { Controller, Get, Injectable, Module, Scope } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthModule, createSecureDocument, CurrentUser, Public, Scopes, ScopesGuard } from 'nestjs-scopes';
import { DocumentBuilder } from '@nestjs/swagger';
import { ADAPTERS, start } from '../support/running-app.js';
import type { SetUp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

/** A decorator of the usual kind: it puts a function of its own in the method's place. */
const traced: MethodDecorator = (_target, _key, descriptor) => {
  const original = descriptor.value as unknown as (...args: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...args: unknown[]) {
    return original.apply(this, args);
  } as never;
};

@Scopes('admin')
@Injectable()
class AdminGuard extends ScopesGuard {}
@Scopes('admin')
@Injectable({ scope: Scope.REQUEST })
class RequestScopedGuard extends ScopesGuard {}

@Controller('me')
class MeController {
  @Get() @Scopes('me') read(@CurrentUser() user: unknown) {
    return user;
  }
}

const principals: unknown[] = [];

@Controller('odd')
class OddController {
  constructor() {
    this.open = this.secret;
  }
  @Get('wrapped') @traced @Scopes('me') wrapped() {
    return 'ok';
  }
  @Get('secret') @Scopes('me') secret() {
    return 'ok';
  }
  @Get('open') @Public() open() {
    return 'ok';
  }
}

/** A class decorator that hands out something else than the class: instances then tell another constructor. */
const proxied = <T extends new () => object>(type: T): T => new Proxy(type, {});
@proxied
class ProxiedController {
  read() {
    return 'ok';
  }
}
Controller('proxied')(ProxiedController);
Get()(ProxiedController.prototype, 'read', Object.getOwnPropertyDescriptor(ProxiedController.prototype, 'read') as PropertyDescriptor);

function appModule(providers: Provider[] = [], options: { scopes?: readonly string[] } = {}) {
  @Module({
    imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }], audit: 'warn', ...options })],
    controllers: [MeController, OddController, ProxiedController],
    providers,
  })
  class AppModule {}
  return AppModule;
}

const GLOBAL_GUARDS: [how: string, providers: Provider[], setUp: SetUp | undefined][] = [
  ['useClass', [{ provide: APP_GUARD, useClass: AdminGuard }], undefined],
  ['useClass, request-scoped', [{ provide: APP_GUARD, useClass: RequestScopedGuard }], undefined],
  ['useClass, made request-scoped there', [{ provide: APP_GUARD, useClass: AdminGuard, scope: Scope.REQUEST }], undefined],
  ['useClass, transient', [{ provide: APP_GUARD, useClass: AdminGuard, scope: Scope.TRANSIENT }], undefined],
  ['useExisting', [AdminGuard, { provide: APP_GUARD, useExisting: AdminGuard }], undefined],
  ['useExisting, request-scoped', [RequestScopedGuard, { provide: APP_GUARD, useExisting: RequestScopedGuard }], undefined],
  ['app.useGlobalGuards', [AdminGuard], (app) => void app.useGlobalGuards(app.get(AdminGuard))],
];

describe.each(ADAPTERS)('What is hard to see, on %s', (adapter) => {
  it.each(GLOBAL_GUARDS)('the scopes of a guard bound globally by %s are enforced', async (_, providers, setUp) => {
    const app = await start(appModule(providers), adapter, setUp);
    expect((await app.get('/me', await tokenWith('me'))).status).toBe(403);
    await app.close();
  });

  it('scopes stay when another decorator wraps the method', async () => {
    const app = await start(appModule(), adapter);
    expect((await app.get('/odd/wrapped')).status).toBe(401);
    expect((await app.get('/odd/wrapped', await tokenWith('items'))).status).toBe(403);
    expect((await app.get('/odd/wrapped', await tokenWith('me'))).status).toBe(200);
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/odd/wrapped']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['me'] }]);
    await app.close();
  });

  it('a handler that stands for two routes keeps the requirement of its own', async () => {
    const app = await start(appModule(), adapter);
    expect((await app.get('/odd/secret')).status).toBe(401);
    expect((await app.get('/odd/open')).status).toBe(401);
    await app.close();
  });

  it('a class that tells another constructor answers nobody where scopes are required of the whole application', async () => {
    const app = await start(appModule([], { scopes: ['admin'] }), adapter);
    expect((await app.get('/proxied')).status).toBe(403);
    await app.close();
  });

  it('a principal that was copied from another request says nothing', async () => {
    principals.length = 0;
    const app = await start(appModule(), adapter, (nest) => {
      nest.use((request: { auth?: unknown }, response: { on(event: string, listener: () => void): void }, next: () => void) => {
        if (principals.length > 0) request.auth = principals[0];
        response.on('finish', () => principals.push(request.auth));
        next();
      });
    });
    expect((await app.get('/me', await tokenWith('me'))).status).toBe(200);
    expect((await app.get('/me')).status).toBe(401);
    expect((await app.get('/me', 'bad')).status).toBe(401);
    await app.close();
  });
});
