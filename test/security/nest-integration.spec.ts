import { All, Controller, Delete, Get, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import passport from 'passport';
import { AuthConfigurationError, AuthModule, describeSecurity, HTTPBearer, Public, Scopes, Security } from 'nestjs-scopes';
import type { AuthModuleOptions } from 'nestjs-scopes';
import { ADAPTERS, listening, start, startError } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

// NST-07 and NST-08 are in test/e2e/outside-http-public and unknown-context, NST-09 in test/security/protect-docs-bypass.

const reached: string[] = [];

@Controller('a')
@Scopes('me')
class RouteController {
  @Get() read() {
    reached.push('GET');
    return 'read';
  }
  @Delete() remove() {
    reached.push('DELETE');
  }
  @Get('sub/:id') sub() {
    reached.push('sub');
  }
  @All('all') all() {
    reached.push('all');
  }
}
@Controller('silent')
class SilentController {
  @Get() read() {
    reached.push('silent');
  }
  @Get('public') @Public() open() {}
}
@Controller('both')
class BothController {
  @Get() @Public() @Scopes('me') read() {
    reached.push('both');
  }
}
abstract class ProtectedBase {
  @Get() @Scopes('me') read() {}
}
@Controller('overriding')
class OverridingController extends ProtectedBase {
  @Get() override read() {
    reached.push('overriding');
  }
}
@Public()
abstract class PublicBase {
  @Get('base') base() {}
}
@Controller('under-public')
class UnderPublicController extends PublicBase {
  @Get('own') own() {
    reached.push('own');
  }
}
@Controller('unknown')
class UnknownSchemeController {
  @Get() @Security(new HTTPBearer({ schemeName: 'unknown' })) read() {}
}

function appModule(controllers: Type[], options: Partial<AuthModuleOptions> = {}): Type {
  @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }], ...options })], controllers })
  class AppModule {}
  return AppModule;
}

const findings = (error: Error) => (error as AuthConfigurationError).findings.map(({ code, where }) => `${code} ${where}`);

/** The target of GET /a and of GET /a/sub/:id, written in other ways. */
const VARIANTS = [
  '/A', '/a/', '//a', '/a//', '/%61', '/a;x', '/a;x=1', '/;x/a', '/./a', '/b/../a', '/a/.', '/a?x', '/a#x', '/a%20', '/a%00', '/a%2f', '/%2fa', '/a.', '/a.json', '/a%3b', '/a\\',
  '/a/sub', '/a/SUB/1', '/a//sub/1', '/a/sub/1/', '/a/s%75b/1', '/a/sub/%31', '/a/sub/1;x', '/a%2fsub/1', '/a/sub/..', '/a/sub/', '/a/sub//', '*', '/*', '/a/*',
];
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'PUT', 'PATCH', 'TRACE', 'PROPFIND', 'MKCOL', 'LOCK', 'COPY', 'MOVE', 'SEARCH', 'REPORT', 'PURGE', 'LINK', 'QUERY', 'M-SEARCH', 'GETX', 'get'];

/** Statuses of a request without credentials; a method or target that Node cannot parse ends the connection or is 400. */
async function statusOf(app: RunningApp, method: string, path: string): Promise<number> {
  return (await app.send({ method, path }).catch(() => ({ status: 400 }))).status;
}

describe.each(ADAPTERS)('Nest integration, on %s', (adapter) => {
  beforeEach(() => { reached.length = 0; });

  it('NST-01: a route that says nothing does not start under global: true, and answers 403 where that is only a warning', async () => {
    expect(findings(await startError(appModule([SilentController], { global: true }), adapter))).toEqual(['undeclared-route SilentController.read']);
    const app = await start(appModule([SilentController], { global: true, audit: 'warn' }), adapter);
    expect([await statusOf(app, 'GET', '/silent'), await statusOf(app, 'GET', '/silent/public')]).toEqual([403, 200]);
    expect(reached).toEqual([]);
    await app.close();
  });

  it('NST-02: @Public() beside scopes does not start, and requires them where that is only a warning', async () => {
    expect(findings(await startError(appModule([BothController]), adapter))).toEqual(['public-with-requirement BothController.read']);
    const app = await start(appModule([BothController], { audit: 'warn' }), adapter);
    expect([await statusOf(app, 'GET', '/both'), reached]).toEqual([401, []]);
    await app.close();
  });

  it('NST-03: an overriding method without metadata inherits what its parent requires', async () => {
    const app = await start(appModule([OverridingController]), adapter);
    expect([await statusOf(app, 'GET', '/overriding'), (await app.get('/overriding', await tokenWith('items'))).status, reached]).toEqual([401, 403, []]);
    expect((await app.get('/overriding', await tokenWith('me'))).status).toBe(200);
    await app.close();
  });

  it('NST-04: an inherited @Public() must be restated for a new route', async () => {
    expect(findings(await startError(appModule([UnderPublicController], { global: true }), adapter))).toEqual(['undeclared-route UnderPublicController.own']);
    const app = await start(appModule([UnderPublicController], { scopes: ['me'] }), adapter);
    expect([await statusOf(app, 'GET', '/under-public/base'), await statusOf(app, 'GET', '/under-public/own'), reached]).toEqual([200, 401, []]);
    await app.close();
  });

  it("NST-05: a strategy is not put in passport's registry", async () => {
    const registry = () => Object.keys((passport as unknown as { _strategies: object })._strategies);
    const before = registry();
    const app = await start(appModule([RouteController]), adapter);
    expect((await app.get('/a', await tokenWith('me'))).status).toBe(200);
    expect(registry()).toEqual(before);
    await app.close();
  });

  it('NST-06: a scheme that nobody registered does not start', async () => {
    expect(findings(await startError(appModule([UnknownSchemeController]), adapter))).toEqual(['scheme-not-registered UnknownSchemeController.read']);
  });

  describe('NST-10', () => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await start(appModule([RouteController], { global: true }), adapter, (nest) => {
        nest.enableCors();
      });
    });
    afterAll(() => app.close());

    it("NST-10: HEAD has GET's policy", async () => {
      const head = async (...headers: (readonly [string, string])[]) => (await app.send({ method: 'HEAD', path: '/a', headers })).status;
      expect([await head(), await head(['Authorization', `Bearer ${await tokenWith('items')}`])]).toEqual([401, 403]);
      expect(reached).toEqual([]);
      expect(await head(['Authorization', `Bearer ${await tokenWith('me')}`])).toBe(200);
    });

    it('NST-10: a CORS preflight is answered, not 401, and says nothing of the route', async () => {
      const preflight = { method: 'OPTIONS', path: '/a', headers: [['Origin', 'https://app.example.com'], ['Access-Control-Request-Method', 'GET'], ['Access-Control-Request-Headers', 'authorization']] as const };
      const { status, headers, text } = await app.send(preflight);
      expect([status, headers['access-control-allow-origin'], text]).toEqual([204, '*', '']);
      expect(reached).toEqual([]);
    });

    it('NST-10: the 401 of a cross-origin request can be read by its page', async () => {
      const { status, headers } = await app.send({ path: '/a', headers: [['Origin', 'https://app.example.com']] });
      expect([status, headers['access-control-allow-origin']]).toEqual([401, '*']);
    });

    it.each(METHODS)('NST-10: %s without credentials reaches no handler', async (method) => {
      const paths = ['/a', '/a/all', '/a/sub/1'];
      const statuses = await Promise.all(paths.map((path) => statusOf(app, method, path)));
      expect(reached).toEqual([]);
      // OPTIONS may be answered by CORS.
      expect(statuses.filter((status) => (status < 400 && method !== 'OPTIONS') || status >= 500)).toEqual([]);
    });

    it.each(VARIANTS)('NST-10: %s without credentials reaches no handler', async (path) => {
      const statuses = await Promise.all(['GET', 'HEAD', 'DELETE'].map((method) => statusOf(app, method, path)));
      expect(reached).toEqual([]);
      expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
    });
  });
});

describe('Nest integration, on fastify that reads paths in many ways', () => {
  it('NST-10: no variant reaches a handler without credentials', async () => {
    reached.length = 0;
    const testing = await Test.createTestingModule({ imports: [appModule([RouteController])] }).compile();
    const routerOptions = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, useSemicolonDelimiter: true };
    const app = await listening(testing.createNestApplication(new FastifyAdapter({ routerOptions }), { logger: false }));
    const statuses = await Promise.all(VARIANTS.map((path) => statusOf(app, 'GET', path)));
    expect(reached).toEqual([]);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(10);
    expect(describeSecurity(app.app).filter(({ access }) => access === 'bypassing')).toEqual([]);
    await app.close();
  });
});
