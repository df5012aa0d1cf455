import { All, Controller, Get, Head, Injectable, Module, Post, RequestMethod, Sse, Version, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import type { INestApplication, MiddlewareConsumer, NestMiddleware, NestModule } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { AuthModule, describeSecurity, Scopes } from 'nestjs-scopes';
import type { RouteDescription } from 'nestjs-scopes';
import { of } from 'rxjs';
import { ADAPTERS, httpAdapter, listening, start } from '../support/running-app.js';
import type { Adapter } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

@Controller({ path: 'cats', version: ['1', VERSION_NEUTRAL] })
@Scopes('me')
class CatsController {
  @Get() list() {}
  @Get(':id/toys/:toy') toy() {}
  @Get('files/*') files() {}
  @Post(['a', 'b']) several() {}
  @All('all') all() {}
  @Head('head') head() {}
  @Sse('events') events() {
    return of({ data: 1 });
  }
  @Get('two') @Version('2') second() {}
}
@Controller({ path: 'hosts', host: ['a.example.com', ':name.example.org'] })
@Scopes('me')
class HostsController {
  @Get() list() {}
}

@Injectable()
class Passing implements NestMiddleware {
  use(_request: unknown, _response: unknown, next: () => void) {
    next();
  }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })],
  controllers: [CatsController, HostsController],
})
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(Passing).forRoutes(CatsController);
    consumer.apply(Passing).forRoutes({ path: 'cats', method: RequestMethod.GET }, { path: 'elsewhere', method: RequestMethod.GET });
  }
}

const pass = (_request: unknown, _response: unknown, next: () => void) => { next(); };
const answer = (_request: unknown, response: { send(body: string): void }) => { response.send('ok'); };

interface ExpressRouter {
  get(path: string, handler: typeof pass): ExpressRouter;
  use(router: ExpressRouter): ExpressRouter;
}
/** What `express.Router()` makes. */
const expressRouter = (): ExpressRouter => new ExpressAdapter().getInstance<{ router: ExpressRouter }>().router;

function bypassing(app: INestApplication): readonly string[] {
  return describeSecurity(app).filter(({ access }) => access === 'bypassing').map(({ method, path }) => `${method} ${path}`).sort();
}

const SETTINGS: readonly (readonly [what: string, setUp: (app: INestApplication) => void])[] = [
  ['nothing', () => undefined],
  ['a global prefix with exclusions', (app) => void app.setGlobalPrefix('api', { exclude: ['cats/head', { path: 'cats', method: RequestMethod.GET }] })],
  ['versions in the URI', (app) => void app.enableVersioning({ type: VersioningType.URI })],
  ['versions in a header, and a prefix', (app) => void app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' })],
  ['middleware without a path', (app) => void app.use(pass).use('/', pass)],
  ['CORS', (app) => { app.enableCors(); }],
];

describe.each(ADAPTERS)('Routes that bypass guards, on %s', (adapter) => {
  it.each(SETTINGS)('none is told of an application that has controllers only, with %s', async (_, setUp) => {
    const app = await start(AppModule, adapter, setUp);
    expect(bypassing(app.app)).toEqual([]);
    await app.close();
  });

  it('tells those of the HTTP adapter, of the server below it, and what is mounted at a path', async () => {
    const app = await start(AppModule, adapter, (nest) => {
      const http = nest.getHttpAdapter();
      http.get('/raw', answer);
      http.get('/raw/:id', answer);
      http.post('/raw', answer);
      http.all('/raw-all', answer);
      http.getInstance().get('/of-the-server', answer);
      nest.use('/mounted', pass);
      nest.use(['/one', 'two'], pass);
    });
    expect(bypassing(app.app)).toEqual([
      'ALL /mounted', 'ALL /one', 'ALL /raw-all', 'ALL /two', 'GET /of-the-server', 'GET /raw', 'GET /raw/:id', 'POST /raw',
    ]);
    expect((await app.get('/raw')).text).toBe('ok');
    await app.close();
  });

  it('tells nothing of a controller for them, and requires nothing', async () => {
    const app = await start(AppModule, adapter, (nest) => void nest.getHttpAdapter().get('/raw', answer));
    const expected: RouteDescription = {
      method: 'GET', path: '/raw', controller: null, handler: null, access: 'bypassing', security: [], scopes: [], unverified: [], unavailable: [], sources: [], dependencies: [],
    };
    expect(describeSecurity(app.app).find(({ access }) => access === 'bypassing')).toEqual(expected);
    await app.close();
  });

  it('tells those that take the place of a controller\'s route', async () => {
    const app = await start(AppModule, 'express', (nest) => void nest.getHttpAdapter().get('/cats', answer));
    expect(bypassing(app.app)).toEqual(['GET /cats']);
    expect((await app.get('/cats')).text).toBe('ok');
    await app.close();
  });

  it("tells Swagger's own: page, script, JSON, YAML and files (NST-09)", async () => {
    const app = await start(AppModule, adapter, (nest) => {
      SwaggerModule.setup('docs', nest, SwaggerModule.createDocument(nest, new DocumentBuilder().build()));
    });
    const files: Record<Adapter, string> = { express: 'ALL /docs', fastify: 'GET /docs/*' };
    expect(bypassing(app.app)).toEqual(expect.arrayContaining(['GET /docs', 'GET /docs-json', 'GET /docs-yaml', 'GET /docs/swagger-ui-init.js', files[adapter]]));
    await app.close();
  });

  it('tells them before init(), and of a testing module, whose adapter comes late', async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const nest = testing.createNestApplication(httpAdapter(adapter), { logger: false });
    nest.getHttpAdapter().get('/raw', answer);
    nest.use('/mounted', pass);
    expect(bypassing(nest)).toEqual(['ALL /mounted', 'GET /raw']);
    const app = await listening(nest);
    expect(bypassing(app.app)).toEqual(['ALL /mounted', 'GET /raw']);
    await app.close();
  });
});

describe('Routes that bypass guards, on express', () => {
  it('tells those of a router that is mounted without a path', async () => {
    const router = expressRouter().get('/nested', pass).use(expressRouter().get('/deeper', pass));
    const app = await start(AppModule, 'express', (nest) => void nest.use(router));
    expect(bypassing(app.app)).toEqual(['GET /deeper', 'GET /nested']);
    await app.close();
  });
});
