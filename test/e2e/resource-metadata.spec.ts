import { All, Controller, Get, Logger, VersioningType } from '@nestjs/common';
import { AuthConfigurationError, describeSecurity, HTTPBasic, HTTPBearer, Public, Scopes } from 'nestjs-scopes';
import type { StrategyInstance } from 'nestjs-scopes';
import { DESCRIPTION, RESOURCE, resourceApp, WELL_KNOWN } from '../support/resource-app.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import type { SetUp } from '../support/running-app.js';
import { ISSUER, testScheme, TestStrategy } from '../support/tokens.js';

@Controller()
class CatchAllController {
  @All('*') @Scopes('me') any() {
    return 'any';
  }
}
@Controller(':first')
class ParameterController {
  @Get(':second') @Scopes('me') any() {
    return 'any';
  }
}
@Controller('.well-known')
class OwnController {
  @Get('oauth-protected-resource') @Public() read() {
    return {};
  }
}

/** Accepts nobody, and tells what it is given as issuers. */
const strategyOf = (issuers?: unknown) =>
  class SomeStrategy implements StrategyInstance {
    declare readonly issuers: readonly string[];
    declare fail: () => void;
    constructor() {
      if (issuers !== undefined) Object.assign(this, { issuers });
    }
    authenticate(): void {
      this.fail();
    }
  };

const bearer = () => new HTTPBearer({ schemeName: 'bearer' });

const SET_UPS: readonly [string, SetUp][] = [
  ['a global prefix', (app) => void app.setGlobalPrefix('api')],
  ['a version in URLs', (app) => void app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' })],
  ['a version in a header', (app) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version', defaultVersion: '2' })],
  ['CORS for one origin only', (app) => { app.enableCors({ origin: 'https://page.example.com', credentials: true }); }],
];

describe.each(ADAPTERS)('The description of the protected resource, on %s', (adapter) => {
  it.each(SET_UPS)('is at the root of the host, for every origin, with %s', async (_, setUp) => {
    const app = await start(resourceApp({ resource: RESOURCE, global: true }), adapter, setUp);
    const { status, headers, json } = await app.send({ path: WELL_KNOWN, headers: [['Origin', 'https://other.example.com']] });
    expect({ status, json, origin: headers['access-control-allow-origin'] }).toEqual({ status: 200, json: DESCRIPTION, origin: '*' });
    await app.close();
  });

  it.each([CatchAllController, ParameterController])('is not hidden behind %p', async (controller) => {
    const app = await start(resourceApp({ resource: RESOURCE, scopes: ['items'], global: true }, [controller]), adapter);
    expect((await app.get(WELL_KNOWN)).json).toEqual({ ...DESCRIPTION, scopes_supported: ['items', 'me'] });
    expect((await app.get('/a/b')).status).toBe(401);
    await app.close();
  });

  it('NST-09: is listed as public, before and after the start, and told of nobody as a route that guards do not see', async () => {
    const told: string[] = [];
    const row = { method: 'GET', path: WELL_KNOWN, controller: null, handler: null, access: 'public', security: [], scopes: [], unverified: [], unavailable: [], dependencies: [], sources: [{ level: 'app', declaredBy: 'AuthModule.forRoot', decorator: 'resource', scheme: null, scopes: [] }] };
    const outside = (routes: ReturnType<typeof describeSecurity>) => routes.filter(({ controller }) => controller === null);
    const app = await start(resourceApp({ resource: RESOURCE, global: true }), adapter, (nest) => {
      expect(outside(describeSecurity(nest))).toEqual([row]);
      nest.useLogger({ log: () => undefined, error: () => undefined, warn: (text: string) => told.push(text) });
    });
    expect(outside(describeSecurity(app.app))).toEqual([row]);
    expect(told).toEqual([]);
    await app.close();
    Logger.overrideLogger(false);
  });

  it.each([
    { resource: RESOURCE, told: [] },
    { resource: 'https://api.example.org', told: [expect.stringContaining('resource is https://api.example.org, which is not among the audiences of the strategies (https://api.example.com)')] },
  ])('RFC 8707 §2: tells the log where no strategy takes tokens for the resource: $resource', async ({ resource, told }) => {
    const warned: string[] = [];
    const app = await start(resourceApp({ resource }), adapter, (nest) => {
      nest.useLogger({ log: () => undefined, error: () => undefined, warn: (text: string) => warned.push(text) });
    });
    expect(warned).toEqual(told);
    await app.close();
    Logger.overrideLogger(false);
  });

  it('names every issuer that a strategy of a Bearer scheme tells, each once, and none that is not a URL', async () => {
    const issuers = ['https://a.example.com/realm', ISSUER, 'http://localhost:4000', 'http://id.example.com', 'demo', 'https://b.example.com/?a', 7, new URL('https://object.example.com')];
    const schemes = [{ scheme: testScheme(), strategy: TestStrategy }, { scheme: bearer(), strategy: strategyOf(issuers) }, { scheme: new HTTPBasic(), strategy: strategyOf(['https://basic.example.com']) }];
    const app = await start(resourceApp({ resource: RESOURCE, schemes }, []), adapter);
    expect((await app.get(WELL_KNOWN)).json).toMatchObject({ authorization_servers: [ISSUER, 'https://a.example.com/realm', 'http://localhost:4000'] });
    await app.close();
  });

  it.each([undefined, [], ['demo'], 'https://a.example.com', null])('is refused at start where the strategies tell no issuer: %j', async (issuers) => {
    const schemes = [{ scheme: bearer(), strategy: strategyOf(issuers) }, { scheme: new HTTPBearer({ schemeName: 'extracted' }) }];
    const error = await startError(resourceApp({ resource: RESOURCE, schemes }, []), adapter);
    expect(error).toBeInstanceOf(AuthConfigurationError);
    expect((error as AuthConfigurationError).findings).toEqual([expect.objectContaining({ code: 'resource-without-issuer', where: 'AuthModule.forRoot', mend: expect.stringContaining('readonly issuers = ') as unknown })]);
  });

  it("names no server where they tell no issuer, and audit is 'warn'", async () => {
    const app = await start(resourceApp({ resource: RESOURCE, schemes: [{ scheme: bearer() }], audit: 'warn' }, []), adapter);
    expect((await app.get(WELL_KNOWN)).json).toEqual({ resource: RESOURCE, bearer_methods_supported: ['header'] });
    await app.close();
  });

  it('is refused at start beside a route of the same path, which is named', async () => {
    const error = await startError(resourceApp({ resource: RESOURCE }, [OwnController]), adapter);
    expect(error.message).toContain('OwnController.read [invalid-option]: has the path /.well-known/oauth-protected-resource, which the option resource');
  });
});

const schemes = [{ scheme: testScheme(), strategy: TestStrategy }];

describe('The option resource', () => {
  it.each([
    { resource: '', problem: 'resource is an empty text' },
    { resource: 7, problem: 'resource is of type number' },
    { resource: null, problem: 'resource is null' },
    { resource: [RESOURCE], problem: 'resource is a list' },
    { resource: 'api.example.com', problem: 'resource is not a URL' },
    { resource: '/v1', problem: 'resource is not a URL' },
    { resource: 'urn:example:api', problem: 'resource is not an https URL' },
    { resource: 'ftp://api.example.com', problem: 'resource is not an https URL' },
    { resource: 'http://api.example.com', problem: 'resource is not an https URL' },
    { resource: 'http://localhost.example.com', problem: 'resource is not an https URL' },
    { resource: 'http://127.0.0.1@api.example.com', problem: 'resource is not an https URL' },
    { resource: 'https://me:secret-word@api.example.com', problem: 'resource has a user name or password' },
    { resource: 'https://api.example.com?a=secret-word', problem: 'resource has a query or a fragment' },
    { resource: 'https://api.example.com/?', problem: 'resource has a query or a fragment' },
    { resource: 'https://api.example.com#', problem: 'resource has a query or a fragment' },
    { resource: 'https://api.example.com/#a', problem: 'resource has a query or a fragment' },
    { resource: 'HTTPS://api.example.com', problem: 'Mend: give "https://api.example.com/"' },
    { resource: 'https://API.example.com/v1', problem: 'Mend: give "https://api.example.com/v1"' },
    { resource: 'https://api.example.com:443', problem: 'Mend: give "https://api.example.com/"' },
    { resource: 'https://api.example.com/a/../v1', problem: 'Mend: give "https://api.example.com/v1"' },
    { resource: 'https:\\\\api.example.com\\v1', problem: 'Mend: give "https://api.example.com/v1"' },
    { resource: ' https://api.example.com', problem: 'resource is not written as clients compare it' },
    { resource: 'https://api.example.com\r\nX: y', problem: 'resource is not' },
    { resource: 'https://api.example.com/v1\r\n', problem: 'Mend: give "https://api.example.com/v1"' },
    { resource: 'https://api.exa\nmple.com', problem: 'Mend: give "https://api.example.com/"' },
    { resource: 'https://api.example.com/"', problem: 'Mend: give "https://api.example.com/%22"' },
    { resource: 'https://b\u00FCcher.example/v1', problem: 'Mend: give "https://xn--bcher-kva.example/v1"' },
    { resource: 'https://api.example.com/:id', problem: 'resource has a path that routers read differently' },
    { resource: 'https://api.example.com/*', problem: 'resource has a path that routers read differently' },
    { resource: 'https://api.example.com/(a)', problem: 'resource has a path that routers read differently' },
    { resource: 'https://api.example.com/%41', problem: 'resource has a path that routers read differently' },
    { resource: 'https://api.example.com//v1', problem: 'resource has a path that routers read differently' },
  ])('is refused when it is $resource: $problem', ({ resource, problem }) => {
    expect(() => resourceApp({ resource: resource as never })).toThrow(AuthConfigurationError);
    expect(() => resourceApp({ resource: resource as never })).toThrow(problem);
    expect(() => resourceApp({ resource: resource as never })).not.toThrow('secret-word');
  });

  it.each(['https://api.example.com', 'https://api.example.com/', 'https://api.example.com:8443', 'https://api.example.com/v1', 'https://api.example.com/a_b/c-d/~e.f/', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:3000/v1'])('may be %s', (resource) => {
    expect(() => resourceApp({ resource, schemes })).not.toThrow();
  });

  it('is refused without a scheme that takes bearer tokens', () => {
    expect(() => resourceApp({ resource: RESOURCE, schemes: [{ scheme: new HTTPBasic() }] })).toThrow('resource is given, and no scheme takes bearer tokens');
    expect(() => resourceApp({ resource: RESOURCE, schemes: [] })).toThrow('resource is given, and no scheme takes bearer tokens');
  });
});
