import { Controller, Get, HttpException, Injectable, Module, Req, UseGuards } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { AuthModule, createSecureDocument, Depends, describeSecurity, HTTPBearer, Public, RequiredScopes, ScopesGuard, Security } from 'nestjs-scopes';
import type { AuthModuleOptions, SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const oauth2 = testScheme();
const bearer = new HTTPBearer();
const calls: string[] = [];

@Injectable()
class Value {
  resolve() {
    calls.push('Value');
    return 1;
  }
}
@Injectable()
class Asked {
  resolve(@RequiredScopes() { scopes }: SecurityScopes) {
    calls.push(`Asked ${scopes.join(' ')}`);
    if (scopes.includes('admin')) throw new HttpException('no admin', 418);
    return scopes;
  }
}
@Injectable()
class Token {
  resolve(@Security(oauth2) token: string) {
    calls.push('Token');
    return token;
  }
}
@Security(Asked, { scopes: ['items'] })
class AskingGuard extends ScopesGuard {}

@Controller('levels')
@Security(Asked, { scopes: ['me'] })
class LevelsController {
  @Get() @Security(Asked, { scopes: ['items'] }) read(@Security(Asked, { scopes: ['me', 'items'] }) scopes: unknown) { return { scopes }; }
  @Get('admin') @Security(Asked, { scopes: ['admin'] }) admin() { return {}; }
  @Get('session') session(@Req() request: { user?: object; raw?: { user?: object } }) { return { user: request.user ?? request.raw?.user }; }
  @Get('public') @Public() open(@Depends(Value) value: number) { return { value }; }
}
@Controller('guarded')
class GuardedController {
  @Get('value') @UseGuards(ScopesGuard) value(@Depends(Value) value: number) { return { value }; }
  @Get('tree') @UseGuards(ScopesGuard.with('items')) tree(@Depends(Token) token: string) { return { length: token.length }; }
  @Get('asking') @UseGuards(AskingGuard) asking() { return {}; }
  @Get('plain') plain() { return {}; }
}

function appModule(forRoot: Partial<AuthModuleOptions>, isAsync = false): Type {
  const options = { schemes: [{ scheme: oauth2, strategy: TestStrategy }, { scheme: bearer }], ...forRoot };
  @Module({
    imports: [isAsync ? AuthModule.forRootAsync({ useFactory: () => Promise.resolve(options) }) : AuthModule.forRoot(options)],
    controllers: [LevelsController, GuardedController],
    providers: [Value, Asked, Token, TestStrategy],
  })
  class AppModule {}
  return AppModule;
}

describe.each(ADAPTERS)('Dependencies of several levels on %s', (adapter) => {
  const made: RunningApp[] = [];
  afterEach(() => Promise.all(made.splice(0).map((app) => app.close())));
  const started = async (...module: Parameters<typeof appModule>): Promise<RunningApp> => {
    const app = await start(appModule(...module), adapter);
    made.push(app);
    calls.splice(0);
    return app;
  };

  it('come in the order application, class, method, parameters, and share their values', async () => {
    const app = await started({ dependencies: [Value, { dependency: Asked, scopes: ['items', 'me'], useCache: false }] });
    expect((await app.get('/levels')).json).toEqual({ scopes: ['items', 'me'] });
    expect(calls).toEqual(['Value', 'Asked items me', 'Asked me', 'Asked items']);
    calls.splice(0);
    expect((await app.get('/levels/admin')).status).toBe(418);
    expect(calls).toEqual(['Value', 'Asked items me', 'Asked me', 'Asked admin']);
  });

  it('of the application are resolved for every route but the public ones', async () => {
    const app = await started({ dependencies: [{ dependency: Asked, scopes: ['admin'] }] });
    expect((await app.get('/guarded/plain')).status).toBe(418);
    expect((await app.send({ method: 'HEAD', path: '/guarded/plain' })).status).toBe(418);
    expect((await app.get('/levels/public')).json).toEqual({ value: 1 });
  });

  it('of the application may be a scheme, which is then required of every route and documented', async () => {
    const app = await started({ dependencies: [oauth2] });
    expect((await app.get('/guarded/plain')).status).toBe(401);
    expect((await app.get('/guarded/plain', await tokenWith(''))).status).toBe(200);
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/guarded/plain']?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }]);
    expect(describeSecurity(app.app).find(({ path }) => path === '/guarded/plain')?.sources).toEqual([
      { level: 'app', declaredBy: 'AuthModule.forRoot', decorator: 'dependencies', scheme: 'OAuth2PasswordBearer', scopes: [] },
    ]);
  });

  it('without a scheme leave alone who the caller is for other guards', async () => {
    const app = await start(appModule({}), adapter, (made) => {
      made.use((request: { user?: object }, _response: unknown, next: () => void) => {
        request.user = { name: 'of a session' };
        next();
      });
    });
    made.push(app);
    expect((await app.get('/levels/session')).json).toEqual({ user: { name: 'of a session' } });
  });

  it('come from a factory, too', async () => {
    const app = await started({ dependencies: [{ dependency: Asked, scopes: ['admin'] }] }, true);
    expect((await app.get('/guarded/plain')).status).toBe(418);
  });

  it('leave a guard beside them what it requires: a caller, and scopes', async () => {
    const app = await started({});
    expect((await app.get('/guarded/value')).status).toBe(401);
    expect((await app.get('/guarded/value', await tokenWith(''))).json).toEqual({ value: 1 });
    expect((await app.get('/guarded/tree', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/guarded/tree', await tokenWith('items'))).status).toBe(200);
  });

  it('may stand on a class of guards, which still requires a caller', async () => {
    const app = await started({});
    expect((await app.get('/guarded/asking')).status).toBe(401);
    expect((await app.get('/guarded/asking', await tokenWith(''))).status).toBe(200);
    expect(calls).toEqual(['Asked items']);
  });
});

describe('A tree that is thirty levels deep, with two ways at each', () => {
  it.each([true, false])('is known at start and resolved at once, where useCache is %s for the second way', async (useCache) => {
    const classes: Type[] = [];
    for (let level = 0; level < (useCache ? 30 : 10); level += 1) {
      class Level { resolve(..._below: unknown[]) { return level; } }
      const below = classes.at(-1);
      if (below !== undefined) for (const index of [1, 0]) Depends(below as never, { useCache: useCache || index === 0 })(Level.prototype, 'resolve', index as never);
      Injectable()(Level);
      classes.push(Level);
    }
    @Controller()
    class DeepController { read(value: unknown) { return { value }; } }
    Depends(classes.at(-1) as never)(DeepController.prototype, 'read', 0 as never);
    Get()(DeepController.prototype, 'read', Object.getOwnPropertyDescriptor(DeepController.prototype, 'read') as PropertyDescriptor);
    @Module({ imports: [AuthModule.forRoot({ schemes: [] })], controllers: [DeepController], providers: classes })
    class DeepApp {}
    const app = await start(DeepApp, 'express');
    expect((await app.get('/')).json).toEqual({ value: classes.length - 1 });
    await app.close();
  });
});
