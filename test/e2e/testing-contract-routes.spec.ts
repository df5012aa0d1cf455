import { Catch, Controller, Get, Injectable, Module, UseGuards, VersioningType } from '@nestjs/common';
import type { ArgumentsHost, CanActivate, ExceptionFilter, INestApplication, Type } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ApiBearerAuth, ApiHeader, DocumentBuilder } from '@nestjs/swagger';
import { AuthModule, createSecureDocument, HTTPBasic, HTTPBearer, Public, Scopes, Security } from 'nestjs-scopes';
import type { SecurityScheme } from 'nestjs-scopes';
import { assertSecurityContract } from 'nestjs-scopes/testing';
import type { OpenAPIDocument, SecurityContractOptions, SecurityContractResult } from 'nestjs-scopes/testing';
import type { ServerResponse } from 'node:http';
import { ADAPTERS, httpAdapter } from '../support/running-app.js';
import type { Adapter, SetUp } from '../support/running-app.js';
import { TestStrategy, testScheme } from '../support/tokens.js';

const oauth2 = testScheme({ schemeName: 'oauth2' });

interface Tested {
  readonly adapter: Adapter;
  readonly controller: Type;
  readonly setUp?: SetUp;
  readonly schemes?: readonly SecurityScheme[];
  readonly options?: SecurityContractOptions;
  readonly change?: (document: OpenAPIDocument) => unknown;
}

/** Tests the contract of an application with one controller. */
async function contractOf({ adapter, controller, setUp, schemes = [oauth2], options, change }: Tested): Promise<SecurityContractResult> {
  @Module({ imports: [AuthModule.forRoot({ schemes: schemes.map((scheme) => ({ scheme, strategy: TestStrategy })) })], controllers: [controller] })
  class TestedModule {}
  const app: INestApplication = await NestFactory.create(TestedModule, httpAdapter(adapter), { logger: false, abortOnError: false });
  await setUp?.(app);
  try {
    const document = createSecureDocument(app, new DocumentBuilder().addBearerAuth({ type: 'http', scheme: 'bearer' }, 'other').build());
    return await assertSecurityContract(app, change === undefined ? document : (change(document) as OpenAPIDocument), options);
  } finally {
    await app.close();
  }
}

@Controller('users')
class UsersController {
  @Get(':id') @Scopes('me') read() { return {}; }
}

describe.each(ADAPTERS)('assertSecurityContract on %s', (adapter) => {
  it('finds routes behind a prefix and a version in the path', async () => {
    @Controller({ path: 'users', version: '2' })
    class VersionedController {
      @Get(`:id/files/${adapter === 'fastify' ? '*' : '*path'}`) @Scopes('me') read() { return {}; }
    }
    const setUp: SetUp = (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI });
    };
    expect(await contractOf({ adapter, controller: VersionedController, setUp })).toMatchObject({ operations: 1, untested: [] });
  });

  describe('where a header has the version', () => {
    @Controller({ path: 'users', version: '2' })
    class VersionedController {
      @Get() @Scopes('me') read() { return {}; }
    }
    @Controller({ path: 'users', version: '2' })
    @ApiHeader({ name: 'X-Version', required: true, schema: { type: 'string', default: '2' } })
    class DocumentedController {
      @Get() @Scopes('me') read() { return {}; }
    }
    const setUp: SetUp = (app) => { app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }); };
    const reason = 'the application has it, and answers 404: it may want a version or a host, which the document does not tell; give them as headers';

    it.each([
      { title: 'says that it could not ask', controller: VersionedController, options: {}, untested: [{ operation: 'GET /users', reason }] },
      { title: 'asks with the headers of its options', controller: VersionedController, options: { headers: { 'X-Version': '2' } }, untested: [] },
      { title: 'asks with what the document says of the header', controller: DocumentedController, options: {}, untested: [] },
    ])('$title', async ({ controller, options, untested }) => {
      expect(await contractOf({ adapter, controller, setUp, options })).toMatchObject({ operations: 1, untested });
    });
  });

  it('says who answers where its guard is not reached', async () => {
    const setUp: SetUp = (app) => { app.use((_request: unknown, response: ServerResponse) => { response.writeHead(429).end(); }); };
    await expect(contractOf({ adapter, controller: UsersController, setUp })).rejects.toThrow(
      /\n {2}GET \/users\/\{id\}, without credentials: the document says 401, the application answers 429, before its guard is asked$/,
    );
    expect(await contractOf({ adapter, controller: UsersController, setUp, options: { exclude: ['GET /users/{id}'] } })).toEqual({
      operations: 1,
      requests: 0,
      untested: [{ operation: 'GET /users/{id}', reason: 'excluded by the options' }],
    });
  });

  it('sees what a filter makes of the refusals', async () => {
    @Catch()
    class FriendlyFilter implements ExceptionFilter {
      constructor(private readonly http: HttpAdapterHost) {}
      catch(_error: unknown, host: ArgumentsHost) {
        this.http.httpAdapter.reply(host.switchToHttp().getResponse(), { error: 'Try again' }, 200);
      }
    }
    const setUp: SetUp = (app) => { app.useGlobalFilters(new FriendlyFilter(app.get(HttpAdapterHost))); };
    await expect(contractOf({ adapter, controller: UsersController, setUp })).rejects.toThrow(
      ['GET /users/{id}, without credentials; malformed credentials of oauth2; unknown credentials of oauth2; credentials of other only: the document says 401, the application answers 200',
        'GET /users/{id}, oauth2 without the scope me: the document says 403, the application answers 200'].join('\n  '),
    );
  });

  it('wants a challenge with 401, and insufficient_scope with 403', async () => {
    const setUp: SetUp = (app) => {
      app.use((_request: unknown, response: ServerResponse, next: () => void) => {
        const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
        response.writeHead = ((...head: unknown[]) => {
          response.removeHeader('WWW-Authenticate');
          return writeHead(...head.map((part) => (typeof part === 'object' ? {} : part)));
        });
        next();
      });
    };
    await expect(contractOf({ adapter, controller: UsersController, setUp })).rejects.toThrow(
      ['GET /users/{id}, without credentials; malformed credentials of oauth2; unknown credentials of oauth2; credentials of other only: the answer 401 has no WWW-Authenticate',
        'GET /users/{id}, oauth2 without the scope me: the answer 403 does not challenge with insufficient_scope and the scope me'].join('\n  '),
    );
  });

  it('takes the status of a scheme that answers otherwise, where the document says so', async () => {
    class HTTPBearer403 extends HTTPBearer {
      override makeNotAuthenticatedError() {
        return { status: 403, message: 'Not authenticated' };
      }
    }
    const scheme = new HTTPBearer403();
    @Controller()
    class TokenController {
      @Get('token') @Security(scheme) read() { return {}; }
    }
    expect(await contractOf({ adapter, controller: TokenController, schemes: [scheme] })).toMatchObject({ operations: 1, untested: [] });
  });

  it('finds a route that no request can call', async () => {
    const bearer = new HTTPBearer();
    const basic = new HTTPBasic({ schemeName: 'basic' });
    @Controller()
    class ImpossibleController {
      @Get('both') @Security(bearer) @Security(oauth2) both() { return {}; }
      @Get('public') @Public() public() { return {}; }
    }
    expect(await contractOf({ adapter, controller: ImpossibleController, schemes: [oauth2, bearer] })).toMatchObject({ operations: 2, untested: [] });
    const change = (document: OpenAPIDocument): unknown => ({
      ...document,
      paths: { '/both': { get: { security: [{ oauth2: [], basic: [] }] } } },
      components: { securitySchemes: { oauth2: oauth2.openapi, basic: basic.openapi } },
    });
    await expect(contractOf({ adapter, controller: ImpossibleController, schemes: [oauth2, bearer], change })).rejects.toThrow(
      'GET /both: no request can carry oauth2 and basic together, as both need the same header field',
    );
  });

  it('leaves to other guards what the document says of them', async () => {
    @Injectable()
    class OtherGuard implements CanActivate {
      canActivate() { return false; }
    }
    @Controller('other')
    class OtherController {
      @Get() @UseGuards(OtherGuard) @ApiBearerAuth('other') read() { return {}; }
    }
    expect(await contractOf({ adapter, controller: OtherController })).toMatchObject({
      untested: [{ operation: 'GET /other', reason: 'nothing of nestjs-scopes covers it, and the document speaks of another guard' }],
    });
  });

  it.each([
    { title: 'no document', change: () => ({}), message: /^assertSecurityContract: the document is .* without "openapi"/ },
    { title: 'a document of Swagger 2.0', change: () => ({ openapi: '2.0', paths: {} }), message: /the document says openapi: "2.0"/ },
    { title: 'security that is no list', change: () => ({ openapi: '3.1.0', paths: { '/users/{id}': { get: { security: {} } } } }), message: /security of GET \/users\/\{id\} is not a list/ },
    { title: 'an excluded operation that is not there', options: { exclude: ['GET /users/:id'] }, message: /exclude names "GET \/users\/:id", which the document does not have/ },
    { title: 'an option that does not exist', options: { skip: [] } as SecurityContractOptions, message: /skip is not an option/ },
  ])('refuses $title', async ({ change, options, message }) => {
    await expect(contractOf({ adapter, controller: UsersController, ...(change && { change }), ...(options && { options }) })).rejects.toThrow(message);
  });
});
