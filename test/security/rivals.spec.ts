import { Body, Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import type { ModuleMetadata, Type } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { WsAdapter } from '@nestjs/platform-ws';
import { SwaggerModule } from '@nestjs/swagger';
import { WebSocketGateway } from '@nestjs/websockets';
import passport from 'passport';
import { Strategy as PassportJwt, ExtractJwt } from 'passport-jwt';
import { AuthConfigurationError, AuthModule, describeSecurity, HTTPBearer, Public, Scopes, Security } from 'nestjs-scopes';
import { DocsApp, canaryDocument, guardedDocs } from '../support/docs-app.js';
import { legacyToken } from '../support/passport-strategies.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

/** Calls pass(): "I have nothing to say". */
class PassingStrategy extends PassportStrategy(PassportJwt, 'rival-pass') {
  constructor() {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: 'x' });
  }
  override authenticate() {
    (this as unknown as { pass(): void }).pass();
  }
  validate() {}
}

/** The class that every tutorial has, with a secret of its own. */
const namedStrategy = (secretOrKey: string): Type<InstanceType<typeof PassportJwt>> =>
  class extends PassportStrategy(PassportJwt, 'rival-name') {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey, algorithms: ['HS256'] });
    }
    validate() {
      return { name: 'johndoe', scopes: ['me'] };
    }
  };

@Controller('ours') @Scopes('me')
class OursController {
  @Get() read() {
    return 'ours';
  }
}
/** The same route, guarded by @nestjs/passport. */
function theirs(strategy: string): Type {
  @Controller('theirs') @UseGuards(AuthGuard(strategy))
  class TheirsController {
    @Get() read() {
      return 'theirs';
    }
  }
  return TheirsController;
}

function appModule(metadata: ModuleMetadata, options: Partial<Parameters<typeof AuthModule.forRoot>[0]> = {}): Type {
  @Module({ ...metadata, imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }], ...options })] })
  class AppModule {}
  return AppModule;
}

const codesOf = (error: Error) => (error as AuthConfigurationError).findings.map(({ code, where }) => `${code} ${where}`);

describe.each(ADAPTERS)('finding 7: @nestjs/passport, and the same here, on %s', (adapter) => {
  afterAll(() => { for (const name of ['rival-pass', 'rival-name']) passport.unuse(name); });

  const withStrategy = (strategy: Type, name: string) =>
    appModule({ controllers: [OursController, theirs(name)] }, { schemes: [{ scheme: new HTTPBearer(), strategy: strategy as never }] });

  it('finding 7: its 401 has no WWW-Authenticate; ours has', async () => {
    const app = await start(withStrategy(namedStrategy('a'), 'rival-name'), adapter);
    const [their, our] = [await app.get('/theirs'), await app.get('/ours')];
    expect([their.status, their.challenges]).toEqual([401, []]);
    expect([our.status, our.challenges]).toEqual([401, ['Bearer realm="api", scope="me"']]);
    await app.close();
  });

  it('finding 7: a strategy that calls pass() opens its route; ours stays closed', async () => {
    const app = await start(withStrategy(PassingStrategy, 'rival-pass'), adapter);
    expect([(await app.get('/theirs', 'any')).status, (await app.get('/ours', 'any')).status]).toEqual([200, 401]);
    await app.close();
  });

  it("finding 7: a second application replaces the first one's verifier in its registry; ours keeps its own", async () => {
    const first = await start(withStrategy(namedStrategy('first'), 'rival-name'), adapter);
    const second = await start(withStrategy(namedStrategy('second'), 'rival-name'), adapter);
    const stolen = legacyToken('x', 'second');
    expect([(await first.get('/theirs', stolen)).status, (await first.get('/ours', stolen)).status]).toEqual([200, 401]);
    expect((await first.get('/ours', legacyToken('x', 'first'))).status).toBe(200);
    await Promise.all([first.close(), second.close()]);
  });

  it('finding 7: a strategy that nobody knows is a 500 when a request comes; ours does not start', async () => {
    const app = await start(appModule({ controllers: [theirs('nobody-knows')] }), adapter);
    expect((await app.get('/theirs')).status).toBe(500);
    await app.close();
    @Controller('ours')
    class UnknownController {
      @Get() @Security(new HTTPBearer({ schemeName: 'unknown' })) read() {}
    }
    expect(codesOf(await startError(appModule({ controllers: [UnknownController] }), adapter))).toEqual(['scheme-not-registered UnknownController.read']);
  });
});

abstract class BaseController {
  @Get('read') @Scopes('me') read() {
    return 'base';
  }
}
@Controller('sub')
class SubController extends BaseController {
  @Get('read') override read() {
    return 'sub';
  }
}

@Public()
abstract class PublicBase {
  @Get('declared') declared() {
    return 'declared';
  }
}
@Controller('of-public')
class OfPublicController extends PublicBase {
  @Get('added') added() {
    return 'added';
  }
}

@Controller('open')
@Public()
class ScopesInPublicController {
  @Get() @Scopes('me') read() {}
}

@WebSocketGateway()
class SilentGateway {
  handleConnection() {}
}

describe.each(ADAPTERS)('finding 10: traps of Nest, on %s', (adapter) => {
  it('finding 10: a method that overrides a protected one keeps its scopes', async () => {
    const app = await start(appModule({ controllers: [SubController] }), adapter);
    const statuses = [undefined, await tokenWith('items'), await tokenWith('me')].map(async (token) => (await app.get('/sub/read', token)).status);
    expect(await Promise.all(statuses)).toEqual([401, 403, 200]);
    await app.close();
  });

  it("finding 10: a base class's @Public() does not open the new routes of a subclass", async () => {
    expect(codesOf(await startError(appModule({ controllers: [OfPublicController] }, { global: true }), adapter))).toEqual(['undeclared-route OfPublicController.added']);
    const app = await start(appModule({ controllers: [OfPublicController] }, { global: true, audit: 'warn' }), adapter);
    expect([(await app.get('/of-public/declared')).status, (await app.get('/of-public/added')).status]).toEqual([200, 403]);
    await app.close();
  });

  it('finding 10: @Public() on a class does not beat @Scopes on its method: it does not start, or it requires them', async () => {
    const controllers = [ScopesInPublicController];
    expect(codesOf(await startError(appModule({ controllers }), adapter))).toEqual(['public-with-requirement ScopesInPublicController.read']);
    const app = await start(appModule({ controllers }, { audit: 'warn' }), adapter);
    expect((await app.get('/open')).status).toBe(401);
    await app.close();
  });

  it("finding 10: Swagger's page and JSON are outside of APP_GUARD: told as bypassing, and closed by protectDocs", async () => {
    const open = await start(DocsApp, adapter, (app) => { SwaggerModule.setup('docs', app, canaryDocument(app)); });
    expect((await open.get('/docs-json')).status).toBe(200);
    expect(describeSecurity(open.app).find(({ path }) => path === '/docs-json')?.access).toBe('bypassing');
    await open.close();
    const closed = await start(DocsApp, adapter, guardedDocs('docs'));
    expect([(await closed.get('/docs-json')).status, (await closed.get('/docs')).status]).toEqual([401, 401]);
    await closed.close();
  });

  it('finding 10: app.use routes are outside of APP_GUARD: told as bypassing', async () => {
    const app = await start(appModule({}, { global: true }), adapter, (nest) => void nest.use('/raw', (_request: unknown, response: { end(body: string): void }) => { response.end('raw'); }));
    expect((await app.get('/raw')).text).toBe('raw');
    expect(describeSecurity(app.app).map(({ method, path, access }) => [method, path, access])).toEqual([['ALL', '/raw', 'bypassing']]);
    await app.close();
  });

  it("finding 10: a gateway's handleConnection is outside of APP_GUARD: under global: true it does not start", async () => {
    const error = await startError(appModule({ providers: [SilentGateway] }, { global: true }), adapter, (app) => void app.useWebSocketAdapter(new WsAdapter(app)));
    expect(codesOf(error)).toEqual(['uncovered-gateway SilentGateway']);
  });

  it('finding 10: bodies are parsed before guards: a malformed one is 400, and nothing is reached', async () => {
    const reached: unknown[] = [];
    @Controller('bodies')
    class BodiesController {
      @Post() @Scopes('me') write(@Body() body: unknown) {
        reached.push(body);
      }
    }
    const app = await start(appModule({ controllers: [BodiesController] }), adapter);
    const sent = (body: string) => app.send({ method: 'POST', path: '/bodies', headers: [['Content-Type', 'application/json']], body });
    expect([(await sent('{')).status, (await sent('{}')).status]).toEqual([400, 401]);
    expect(reached).toEqual([]);
    await app.close();
  });
});
