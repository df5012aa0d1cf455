import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import {
  APIKeyHeader,
  AuthModule,
  createSecureDocument,
  CurrentUser,
  Depends,
  describeSecurity,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  OAuth2,
  OpenIdConnect,
  Public,
  RequiredScopes,
  Scopes,
  Security,
} from 'nestjs-scopes';
import type { HTTPAuthorizationCredentials, SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const key = new APIKeyHeader({ name: 'X-Key' });
const optionalKey = new APIKeyHeader({ name: 'X-Key', schemeName: 'optionalKey', autoError: false });
const dpop = new HTTPBase({ scheme: 'DPoP' });
const bearer = new HTTPBearer();
const basic = new HTTPBasic();
const digest = new HTTPDigest();
const oauth2 = new OAuth2({ flows: { clientCredentials: { tokenUrl: 'token', scopes: { report: 'Read reports.' } } } });
const oidc = new OpenIdConnect({ openIdConnectUrl: '/openid' });
const verified = testScheme({ schemeName: 'verified' });
const schemes = [key, optionalKey, dpop, bearer, basic, digest, oauth2, oidc];

class HTTPBearer403 extends HTTPBearer {
  override makeNotAuthenticatedError() {
    return { status: 403, message: 'Not authenticated' };
  }
}
class TeapotBasic extends HTTPBasic {
  override makeNotAuthenticatedError(_message: string, challenges: readonly string[]) {
    return { status: 418, message: { code: 'teapot' }, headers: { 'WWW-Authenticate': [...challenges, 'Tea'], 'X-Extra': '1' } };
  }
}
class CompanyKey extends APIKeyHeader {
  override challenges() {
    return ['Company realm="all of us"'];
  }
}
const forbidden = new HTTPBearer403();
const teapot = new TeapotBasic();
const company = new CompanyKey({ name: 'X-Company' });

@Controller()
class ExtractController {
  @Get('key') key(@Depends(key) value: unknown) { return { value }; }
  @Get('optional') optional(@Depends(optionalKey) value: unknown, @CurrentUser() user: unknown) { return { value, user }; }
  @Get('base') base(@Depends(dpop) value: HTTPAuthorizationCredentials) { return { value }; }
  @Get('bearer') bearer(@Depends(bearer) value: HTTPAuthorizationCredentials) { return { value }; }
  @Get('basic') basic(@Depends(basic) value: unknown) { return { value }; }
  @Get('digest') digest(@Depends(digest) value: unknown) { return { value }; }
  @Get('oauth2') oauth2(@Security(oauth2, { scopes: ['report'] }) value: string, @RequiredScopes() { scopes }: SecurityScopes) { return { value, scopes }; }
  @Get('oidc') oidc(@Security(oidc) value: string) { return { value }; }
  @Get('two') two(@Depends(key) value: unknown, @Depends(bearer) token: unknown) { return { value, token }; }
  @Post('beside') beside(@Body() body: unknown, @Depends(key) value: unknown) { return { value, body }; }
  @Get('verified') @Scopes('me') verified(@Depends(verified) value: string, @CurrentUser() user: unknown) { return { value: value.length > 20, user }; }
  @Get('forbidden') forbidden(@Depends(forbidden) value: unknown) { return { value }; }
  @Get('teapot') teapot(@Depends(teapot) value: unknown) { return { value }; }
  @Get('company') company(@Depends(company) value: unknown) { return { value }; }
}

/** The same routes; one method is overridden, and takes the credentials again. */
@Controller('inherited')
class InheritingController extends ExtractController {
  @Get('oidc') override oidc(@Depends(oidc) value: string) { return { value }; }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [{ scheme: verified, strategy: TestStrategy }, ...[...schemes, forbidden, teapot, company].map((scheme) => ({ scheme }))],
    }),
  ],
  controllers: [ExtractController, InheritingController],
})
class ExtractApp {}

describe.each(ADAPTERS)('Schemes without a strategy on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(ExtractApp, adapter);
  });
  afterAll(() => app.close());

  it.each([
    { path: '/key', headers: [['X-Key', ' a b ']], value: 'a b' },
    { path: '/base', headers: [['Authorization', 'dpop  x="y", z ']], value: { scheme: 'dpop', credentials: 'x="y", z' } },
    { path: '/bearer', headers: [['Authorization', 'BEARER abc']], value: { scheme: 'BEARER', credentials: 'abc' } },
    { path: '/basic', headers: [['Authorization', 'Basic OnNlY3JldA==']], value: { username: '', password: 'secret' } },
    { path: '/digest', headers: [['Authorization', 'Digest username="x"']], value: { scheme: 'Digest', credentials: 'username="x"' } },
    { path: '/oidc', headers: [['Authorization', 'Bearer abc']], value: 'abc' },
    { path: '/inherited/key', headers: [['X-Key', 'a']], value: 'a' },
  ] as const)('hand to $path what was sent, $value', async ({ path, headers, value }) => {
    const { status, json } = await app.send({ path, headers });
    expect({ status, json }).toEqual({ status: 200, json: { value } });
  });

  it.each([
    ['/key', 'APIKey'], ['/base', 'DPoP'], ['/bearer', 'Bearer'], ['/basic', 'Basic'], ['/digest', 'Digest'], ['/oauth2', 'Bearer'], ['/oidc', 'Bearer'], ['/two', 'APIKey'], ['/inherited/key', 'APIKey'], ['/inherited/oidc', 'Bearer'],
  ])('answer 401 to %s without credentials, with a %s challenge', async (path, scheme) => {
    const { status, challenges, json } = await app.get(path);
    expect({ status, json }).toEqual({ status: 401, json: { statusCode: 401, message: 'Not authenticated', error: 'Unauthorized' } });
    expect(challenges.map((line) => line.split(' realm="api"')[0])).toEqual([scheme]);
  });

  it('hand the handler the scopes that it has to enforce, and enforce none themselves', async () => {
    const { status, json } = await app.get('/oauth2', 'anything');
    expect({ status, json }).toEqual({ status: 200, json: { value: 'anything', scopes: ['report'] } });
  });

  it('may all be required, each on its parameter', async () => {
    const headers = [['X-Key', 'a'], ['Authorization', 'Bearer b']] as const;
    expect((await app.send({ path: '/two', headers })).json).toEqual({ value: 'a', token: { scheme: 'Bearer', credentials: 'b' } });
    expect((await app.send({ path: '/two', headers: [headers[0]] })).status).toBe(401);
    expect((await app.send({ path: '/two', headers: [headers[1]] })).status).toBe(401);
  });

  it('leave the other parameters of a handler to Nest', async () => {
    const { json } = await app.send({ method: 'POST', path: '/beside', body: '{"x":1}', headers: [['X-Key', 'a'], ['Content-Type', 'application/json']] });
    expect(json).toEqual({ value: 'a', body: { x: 1 } });
  });

  it('hand over null where the credentials may be absent, and are', async () => {
    expect((await app.get('/optional')).json).toEqual({ value: null, user: null });
    expect((await app.send({ path: '/optional', headers: [['X-Key', 'a']] })).json).toEqual({ value: 'a', user: null });
  });

  it('are listed as unverified', () => {
    const routes = describeSecurity(app.app);
    const unverified = Object.fromEntries(routes.map(({ path, unverified: names }) => [path, names]));
    expect(unverified).toMatchObject({ '/key': ['APIKeyHeader'], '/two': ['APIKeyHeader', 'HTTPBearer'], '/verified': [], '/oauth2': ['OAuth2'] });
    expect(routes.find(({ path }) => path === '/oauth2')?.sources).toEqual([
      { level: 'parameter', declaredBy: 'ExtractController.oauth2', decorator: '@Security', scheme: 'OAuth2', scopes: ['report'] },
    ]);
  });

  it('are documented with their scopes, but without a 403 that they never answer', () => {
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/oauth2']?.get?.security).toEqual([{ OAuth2: ['report'] }]);
    expect(Object.keys(paths['/oauth2']?.get?.responses ?? {})).toEqual(['200', '401']);
  });

  it('hand over verified credentials where there is a strategy, which the guard has asked', async () => {
    expect((await app.get('/verified', await tokenWith('me'))).json).toEqual({ value: true, user: { name: 'johndoe' } });
    expect((await app.get('/verified', await tokenWith(''))).status).toBe(403);
    expect((await app.get('/verified', 'x')).status).toBe(401);
  });
});

describe.each(ADAPTERS)('A subclass of a scheme on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(ExtractApp, adapter);
  });
  afterAll(() => app.close());

  it('may answer with another status, without a challenge', async () => {
    const { status, challenges, json } = await app.get('/forbidden');
    expect({ status, challenges, json }).toEqual({ status: 403, challenges: [], json: { statusCode: 403, message: 'Not authenticated', error: 'Forbidden' } });
  });

  it('may answer with a message of its own and more headers, to bad credentials too', async () => {
    const { status, challenges, json, headers } = await app.send({ path: '/teapot', headers: [['Authorization', 'Basic x']] });
    expect({ status, json }).toEqual({ status: 418, json: { statusCode: 418, message: { code: 'teapot' }, error: "I'm a Teapot" } });
    expect(challenges).toEqual(['Basic realm="api", charset="UTF-8"', 'Tea']);
    expect(headers['x-extra']).toBe('1');
  });

  it('may replace the challenge alone', async () => {
    const { status, challenges } = await app.get('/company');
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Company realm="all of us"'] });
  });
});

describe.each(ADAPTERS)('A parameter that takes credentials on %s', (adapter) => {
  @Controller('admin')
  @Scopes()
  class AdminController {
    @Get() read(@Depends(optionalKey) tenant: unknown) { return { tenant }; }
    @Get('me') @Scopes('me') me(@Depends(key) value: unknown) { return { value }; }
  }
  @Module({ imports: [AuthModule.forRoot({ global: true, schemes: [{ scheme: verified, strategy: TestStrategy }, { scheme: optionalKey }, { scheme: key }] })], controllers: [AdminController] })
  class AdminApp {}

  it('adds to what is required, and takes the place of nothing', async () => {
    const app = await start(AdminApp, adapter);
    const [token, me] = [await tokenWith(''), await tokenWith('me')];
    expect((await app.get('/admin')).status).toBe(401);
    expect((await app.send({ path: '/admin', headers: [['X-Key', 'a']] })).status).toBe(401);
    expect((await app.get('/admin', token)).json).toEqual({ tenant: null });
    expect((await app.send({ path: '/admin/me', headers: [['X-Key', 'a']] })).status).toBe(401);
    expect((await app.get('/admin/me', me)).status).toBe(401);
    expect(describeSecurity(app.app).map(({ security }) => security)).toEqual([[{ verified: [], optionalKey: [] }, { verified: [] }], [{ verified: ['me'], APIKeyHeader: [] }]]);
    await app.close();
  });

  it('lets nobody in with what nobody checks, where the audit only warns', async () => {
    @Controller()
    class OpenController {
      @Get('untaken') @Security(basic) untaken() { return {}; }
      @Get('default') @Scopes() byDefault() { return {}; }
    }
    @Module({ imports: [AuthModule.forRoot({ audit: 'warn', schemes: [{ scheme: basic }] })], controllers: [OpenController] })
    class OpenApp {}
    const app = await start(OpenApp, adapter);
    for (const path of ['/untaken', '/default']) {
      expect((await app.send({ path, headers: [['Authorization', 'Basic YTpi']] })).status).toBe(401);
    }
    await app.close();
  });
});

describe.each(ADAPTERS)('Mistakes with parameters on %s', (adapter) => {
  it('are told at start: a scheme that is not registered, @Public() beside it, a scope that does not exist', async () => {
    @Controller('wrong')
    class WrongController {
      @Get('unregistered') unregistered(@Depends(key) value: unknown) { return value; }
      @Get('public') @Public() public(@Depends(oauth2) value: unknown) { return value; }
      @Get('unknown') unknown(@Security(oauth2, { scopes: ['typo'] }) value: unknown) { return value; }
      @Get('method') @Security(oauth2, { scopes: ['report'] }) method() { return {}; }
      @Get('untaken') @Security(basic) untaken() { return {}; }
      @Get('beside') @Scopes('report') beside(@Depends(oauth2) value: unknown) { return value; }
      @Get('bare') @Scopes() bare(@Depends(basic) value: unknown) { return value; }
      @Get('right') right(@Security(oauth2, { scopes: ['report'] }) value: unknown) { return value; }
    }
    @Controller('overriding')
    class OverridingController extends WrongController {
      @Get('right') override right(value: unknown) { return value; }
    }
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2 }, { scheme: basic }] })], controllers: [WrongController, OverridingController] })
    class WrongApp {}
    const error = await startError(WrongApp, adapter);
    const { findings } = error as unknown as { findings: readonly { where: string }[] };
    expect(findings.filter(({ where }) => where === 'OverridingController.right')).toEqual([expect.objectContaining({ code: 'scheme-without-strategy' })]);
    expect(findings.filter(({ where }) => !where.startsWith('Overriding'))).toEqual([
      expect.objectContaining({ code: 'scheme-not-registered', where: 'WrongController.unregistered' }),
      expect.objectContaining({ code: 'public-with-requirement', where: 'WrongController.public' }),
      expect.objectContaining({ code: 'unknown-scope', where: 'WrongController.unknown' }),
      expect.objectContaining({ code: 'scheme-without-strategy', where: 'WrongController.method', problem: expect.stringContaining('OAuth2') }),
      expect.objectContaining({ code: 'scheme-without-strategy', where: 'WrongController.untaken', problem: expect.stringContaining('HTTPBasic') }),
      expect.objectContaining({ code: 'scheme-without-strategy', where: 'WrongController.beside', problem: expect.stringContaining('OAuth2') }),
      expect.objectContaining({ code: 'conflicting-schemes', where: 'WrongController.bare' }),
      expect.objectContaining({ code: 'scheme-without-strategy', where: 'WrongController.bare', problem: expect.stringContaining('OAuth2') }),
    ]);
  });

  it('are told where they are written: something else than a scheme, something else than a parameter of a handler', () => {
    expect(() => Depends('oauth2' as never)).toThrow(new TypeError('@Depends: what it names is of type string; give a scheme object, anyOf(...) or the class of a dependency. Undefined may come from a circle of imports.'));
    class Target {
      static handler() {}
      handler() {}
    }
    const places: readonly (readonly unknown[])[] = [[Target, undefined, 0], [Target.prototype, 'handler', Object.getOwnPropertyDescriptor(Target.prototype, 'handler')], [Target.prototype, 'property', undefined], [Target], [Target, 'handler', 0]];
    for (const place of places) {
      expect(() => {
        (Depends(key) as (...args: readonly unknown[]) => void)(...place);
      }).toThrow(new TypeError("@Depends belongs on a parameter of a handler or of a dependency's resolve, read(@Depends(scheme) value: string)."));
    }
  });
});
