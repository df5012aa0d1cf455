import { All, Controller, Get, Module, Post, UseGuards, Version, VersioningType } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ApiExtension, ApiOperation, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AuthModule, createSecureDocument, describeSecurity, Form, HTTPBearer, OAuth2PasswordRequestForm, Public, Scopes, ScopesGuard, Security } from 'nestjs-scopes';
import { twinController } from '../support/controllers-of-one-name.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

const oauth2 = testScheme();
const bearer = new HTTPBearer({ bearerFormat: 'JWT', description: 'A token.' });
const optional = new HTTPBearer({ schemeName: 'optional', autoError: false });

abstract class ReadsAndLists {
  @Get(':id') @Scopes('me') @ApiOperation({ summary: 'Reads.' }) read() {}
  @Get() list() {}
}
@Controller('cats') @Scopes('items') class CatsController extends ReadsAndLists {}
@Controller('dogs') @Scopes('admin') class DogsController extends ReadsAndLists {
  override list() {}
}

@Controller('mixed')
@Scopes('me')
class MixedController {
  @Get('and') @Scopes('items') @UseGuards(ScopesGuard.with('admin')) and() {}
  @Get('schemes') @Security(oauth2) @Security(bearer, { scopes: ['extra'] }) schemes() {}
  @Get('any-caller') @Public() @ApiExtension('x-mine', true) open() {}
  @Get('documented') @ApiResponse({ status: 401, description: 'Log in first.' }) @ApiResponse({ status: 403, description: '' }) documented() {}
  @All('all') all() {}
  @Post('form') form(@Form(OAuth2PasswordRequestForm) _form: OAuth2PasswordRequestForm) {}
}

@Controller('others')
class OthersController {
  @Get('optional') @Security(optional) optional() {}
  @Get('identified') @Scopes() identified() {}
  @Get('open') open() {}
}

@Controller({ path: 'versioned', version: '2' })
@Scopes('me')
class VersionedController {
  @Get() read() {}
  @Get() @Version('3') @Scopes('items') readNew() {}
}

@Controller('deep') class DeepController {
  @Get() @Scopes('admin') read() {}
}
@Module({ controllers: [DeepController] }) class DeepModule {}
@Controller('health') class HealthController {
  @Get() @Public() read() {}
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: oauth2, strategy: TestStrategy },
        { scheme: bearer, strategy: TestStrategy },
        { scheme: optional, strategy: TestStrategy },
      ],
    }),
    DeepModule,
    RouterModule.register([{ path: 'module-path', module: DeepModule }]),
  ],
  controllers: [CatsController, DogsController, MixedController, OthersController, VersionedController, HealthController, twinController('twin-a', 'me'), twinController('twin-b', 'items')],
})
class App {}

const OAUTH2 = 'OAuth2PasswordBearer';
const SECURITY: readonly (readonly [operation: string, security: unknown, because: string])[] = [
  ['get /api/cats/{id}', [{ [OAUTH2]: ['items', 'me'] }], 'an inherited handler with the scopes of one class'],
  ['get /api/dogs/{id}', [{ [OAUTH2]: ['admin', 'me'] }], 'the same function with the scopes of another class'],
  ['get /api/cats', [{ [OAUTH2]: ['items'] }], 'only the class says something'],
  ['get /api/mixed/and', [{ [OAUTH2]: ['me', 'admin', 'items'] }], 'class, guard argument and method are one entry: AND'],
  ['get /api/mixed/schemes', [{ [OAUTH2]: ['me'], HTTPBearer: [] }], 'several schemes are one entry; OpenAPI 3.0 has no scopes for http'],
  ['get /api/mixed/any-caller', undefined, 'a public route has no security'],
  ['search /api/mixed/all', [{ [OAUTH2]: ['me'] }], 'every method of @All'],
  ['get /api/others/optional', [{ optional: [] }, {}], 'a scheme that may be absent'],
  ['get /api/others/identified', [{ [OAUTH2]: [] }], 'any caller who is identified'],
  ['get /api/others/open', undefined, 'nothing is said'],
  ['get /api/v2/versioned', [{ [OAUTH2]: ['me'] }], 'the version of the controller'],
  ['get /api/v3/versioned', [{ [OAUTH2]: ['me', 'items'] }], 'the version of the method'],
  ['get /api/module-path/deep', [{ [OAUTH2]: ['admin'] }], 'a path of RouterModule'],
  ['get /health', undefined, 'excluded from the global prefix'],
  ['get /api/twin-a', [{ [OAUTH2]: ['me'] }], 'two controllers of one name'],
  ['get /api/twin-b', [{ [OAUTH2]: ['items'] }], 'two controllers of one name'],
];

const setUp = (app: INestApplication) => {
  app.setGlobalPrefix('api', { exclude: ['health'] });
  app.enableVersioning({ type: VersioningType.URI });
};
const operationOf = (document: OpenAPIObject, operation: string) => {
  const [method = '', path = ''] = operation.split(' ');
  const found = document.paths[path]?.[method as 'get'];
  if (found === undefined) throw new Error(`${operation} is not in the document`);
  return found;
};

describe.each(ADAPTERS)('createSecureDocument on %s', (adapter) => {
  let app: RunningApp;
  let document: OpenAPIObject;
  beforeAll(async () => {
    app = await start(App, adapter, setUp);
    document = createSecureDocument(app.app, new DocumentBuilder().build());
  });
  afterAll(() => app.close());

  it.each(SECURITY)('shows for %s the security %j: %s', (operation, security) => {
    expect(operationOf(document, operation).security).toEqual(security);
  });

  it('shows what describeSecurity tells, for every route', () => {
    const rows = describeSecurity(app.app).filter(({ method, access }) => method !== 'ALL' && access !== 'open');
    expect(rows.length).toBeGreaterThan(15);
    for (const { method, path, security } of rows) {
      const operation = operationOf(document, `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
      const shown = (operation.security ?? []).map((entry) => Object.keys(entry).sort());
      expect([path, shown]).toEqual([path, security.map((entry) => Object.keys(entry).sort())]);
    }
  });

  it('fills components.securitySchemes from the registered schemes', () => {
    expect(document.components?.securitySchemes).toEqual({
      [OAUTH2]: { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.', admin: 'Everything.' } } } },
      HTTPBearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token.' },
      optional: { type: 'http', scheme: 'bearer' },
    });
  });

  it.each([
    ['get /api/mixed/and', ['200', '401', '403']],
    ['get /api/others/identified', ['200', '401']],
    ['get /api/others/optional', ['200', '401']],
    ['get /api/others/open', ['200']],
    ['get /api/mixed/any-caller', ['200']],
  ])('documents for %s the responses %j', (operation, statuses) => {
    const { responses } = operationOf(document, operation);
    expect(Object.keys(responses).sort()).toEqual(statuses);
    for (const status of statuses.slice(1)) expect(responses[status]).toHaveProperty('headers.WWW-Authenticate.schema.type', 'string');
  });

  it('keeps what was documented by hand, and adds the header', () => {
    const { responses } = operationOf(document, 'get /api/mixed/documented');
    expect(responses['401']).toMatchObject({ description: 'Log in first.', headers: { 'WWW-Authenticate': {} } });
    expect(responses['403']).toMatchObject({ description: 'The caller lacks a required scope.' });
  });

  it('shows a form as the request body, urlencoded and multipart', () => {
    const { requestBody } = operationOf(document, 'post /api/mixed/form');
    expect(Object.keys((requestBody as { content: object }).content)).toEqual(['application/x-www-form-urlencoded', 'multipart/form-data']);
    expect(requestBody).toHaveProperty('content.multipart/form-data.schema.required', ['username', 'password']);
  });

  it('lists scopes for every kind of scheme from OpenAPI 3.1 on', () => {
    const modern = createSecureDocument(app.app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
    expect(operationOf(modern, 'get /api/mixed/schemes').security).toEqual([{ [OAUTH2]: ['me'], HTTPBearer: ['extra'] }]);
  });

  it('takes away the security of the whole document from a public operation', () => {
    const config = new DocumentBuilder().addSecurityRequirements(OAUTH2).build();
    expect(operationOf(createSecureDocument(app.app, config), 'get /health').security).toEqual([]);
  });

  it('keeps operation ids, those of a custom factory too, and leaves no trace of its own', () => {
    const options = { operationIdFactory: (controller: string, method: string) => `same-${controller.length > 0 ? method : ''}` };
    const custom = createSecureDocument(app.app, new DocumentBuilder().build(), options);
    expect(operationOf(custom, 'get /api/cats/{id}').operationId).toBe('same-read');
    for (const [operation, security] of SECURITY) expect(operationOf(custom, operation).security).toEqual(security);
    expect(operationOf(document, 'get /api/cats/{id}').operationId).toBe('CatsController_read');
    expect(operationOf(document, 'get /api/cats/{id}').summary).toBe('Reads.');
    expect(operationOf(document, 'get /api/mixed/any-caller')).toHaveProperty('x-mine', true);
    expect(JSON.stringify([document, custom])).not.toContain('nestjs-scopes');
  });

  it('leaves classes and config as they were', () => {
    const config = new DocumentBuilder().build();
    const before = structuredClone(config);
    createSecureDocument(app.app, config);
    expect(config).toEqual(before);
    expect(Object.getOwnPropertyNames(CatsController.prototype)).toEqual(['constructor']);
    expect(CatsController.prototype.read).toBe(DogsController.prototype.read);
  });

  it('refuses a config that describes another scheme under a registered name', () => {
    const config = new DocumentBuilder().addBearerAuth({ type: 'http', scheme: 'bearer' }, OAUTH2).build();
    expect(() => createSecureDocument(app.app, config)).toThrow('duplicate-scheme-name');
    const own = new DocumentBuilder().addApiKey({ type: 'apiKey', name: 'x', in: 'header' }, 'mine').build();
    expect(createSecureDocument(app.app, own).components?.securitySchemes).toHaveProperty('mine');
  });
});

describe.each(ADAPTERS)('Plain SwaggerModule.createDocument on %s', (adapter) => {
  it('shows the same security for handlers that are not shared', async () => {
    const app = await start(App, adapter, setUp);
    const document = SwaggerModule.createDocument(app.app, new DocumentBuilder().build());
    const shared = ['get /api/cats/{id}', 'get /api/dogs/{id}', 'get /api/cats'];
    for (const [operation, security, because] of SECURITY.filter(([name]) => !shared.includes(name))) {
      const shown = operationOf(document, operation).security;
      expect([because, shown?.length === 0 ? undefined : shown]).toEqual([because, security]);
    }
    await app.close();
  });

  it('can be made before the application is initialised, as in most main.ts files', async () => {
    let secure: OpenAPIObject | undefined;
    const app = await start(App, adapter, (nest) => {
      setUp(nest);
      secure = createSecureDocument(nest, new DocumentBuilder().build());
    });
    expect(secure).toEqual(createSecureDocument(app.app, new DocumentBuilder().build()));
    await app.close();
  });
});
