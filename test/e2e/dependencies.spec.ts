import { Controller, createParamDecorator, Get, Headers, HttpException, Injectable, Ip, Module, Param, ParseIntPipe, Post, Query, Req, Res } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { APIKeyHeader, AuthModule, createSecureDocument, CurrentPrincipal, CurrentUser, Depends, describeSecurity, Form, OAuth2PasswordBearer, OAuth2PasswordRequestForm, Public, RequiredScopes, Scopes, Security } from 'nestjs-scopes';
import type { Dependency, Principal, SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } });
const key = new APIKeyHeader({ name: 'X-Key' });
const verified = testScheme({ schemeName: 'verified' });
const optionalKey = new APIKeyHeader({ name: 'X-Optional', schemeName: 'optionalKey', autoError: false });

const Agent = createParamDecorator((_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['user-agent']);
const calls: string[] = [];

@Injectable()
class Greeting {
  readonly hello = 'Hello';
}

interface TokenOwner {
  readonly token: string;
  readonly scopes: readonly string[];
}
@Injectable()
class TokenUser implements Dependency<TokenOwner> {
  resolve(@RequiredScopes() required: SecurityScopes, @Depends(oauth2) token: string) {
    if (token === 'teapot') throw new HttpException('Teapot', 418);
    if (token === 'broken') throw new Error('secret');
    return { token, scopes: required.scopes };
  }
}
@Injectable()
class ActiveUser {
  constructor(private readonly greeting: Greeting) {}
  async resolve(@Security(TokenUser, { scopes: ['me'] }) user: TokenOwner) {
    return { ...(await Promise.resolve(user)), greeting: this.greeting.hello };
  }
}
@Injectable()
class OfRequest {
  resolve(@Query('page', ParseIntPipe) page: number, @Headers('x-tenant') tenant: string, @Ip() ip: string, @Agent() agent: string, @Param() params: object, @Req() { method }: { method: string }) {
    return { page, tenant, ip: ip.includes('127.0.0.1'), agent, params, method };
  }
}
@Injectable()
class Stamp {
  resolve(@Res({ passthrough: true }) response: { header(name: string, value: string): unknown }, @Query('stamp') stamp: string) {
    response.header('X-Stamp', stamp);
    return stamp;
  }
}
@Injectable()
class FormUser {
  resolve(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm) {
    return form.username;
  }
}
@Injectable()
class Caller {
  resolve(@CurrentUser() user: unknown, @CurrentPrincipal() principal: Principal | null, @Depends(verified) token: string) {
    return { user, scheme: principal?.scheme ?? null, hasToken: token.length > 20 };
  }
}
@Injectable()
class Inheriting extends ActiveUser {}
@Injectable()
class First {
  resolve() {
    calls.push('first');
    return undefined;
  }
}
@Injectable()
class MaybeKey {
  resolve(@Depends(optionalKey) value: string | null) {
    return { value };
  }
}

@Controller()
class TreeController {
  @Get('me') me(@Depends(ActiveUser) user: unknown) { return user; }
  @Get('items/:id') items(@Security(ActiveUser, { scopes: ['items'] }) user: unknown, @Param('id') id: string) { return { user, id }; }
  @Get('listed') @Security(ActiveUser, { scopes: ['items'] }) listed() { return { listed: true }; }
  @Get('request/:id') ofRequest(@Depends(OfRequest) value: unknown) { return value; }
  @Get('stamp') stamp(@Depends(Stamp) stamp: string) { return { stamp }; }
  @Get('refused') refused(@Depends(OfRequest) value: unknown, @Depends(ActiveUser) user: unknown) { return [value, user]; }
  @Post('form') form(@Depends(FormUser) name: string) { return { name }; }
  @Get('caller') caller(@Security(Caller, { scopes: ['me'] }) caller: unknown) { return caller; }
  @Get('inherited') inherited(@Depends(Inheriting) user: unknown) { return user; }
  @Get('order') order(@Depends(First) nothing: unknown, @Depends(ActiveUser) user: unknown) { return { nothing: nothing ?? null, user }; }
  @Get('optional') optional(@Depends(MaybeKey) value: unknown) { return value; }
  @Get('both') both(@Depends(ActiveUser) user: unknown, @Depends(key) value: string) { return { user, value }; }
  @Get('public') @Public() open(@Depends(First) nothing: unknown) { return { nothing: nothing ?? null }; }
}
@Controller('listing')
@Security(ActiveUser, { scopes: ['items'] })
class ListingController {
  @Get() read(@RequiredScopes() { scopes }: SecurityScopes) { return { scopes }; }
  @Get('public') @Public() open(@CurrentUser() user: unknown) { return { user }; }
}
class Base {
  @Get('overridden') overridden(@Security(ActiveUser, { scopes: ['items'] }) user: unknown): unknown { return user; }
  @Get('opened') opened(@Security(ActiveUser, { scopes: ['items'] }) user: unknown): unknown { return user; }
}
@Controller('overriding')
class OverridingController extends Base {
  @Get('overridden') override overridden(): unknown { return { overridden: true }; }
  @Get('opened') @Public() override opened(user?: unknown): unknown { return { user }; }
}
@Controller('scoped')
@Scopes('items')
class ScopedController {
  @Get() read(@Security(Caller, { scopes: ['me'] }) caller: unknown) { return caller; }
}

const dependencies = [TokenUser, ActiveUser, OfRequest, Stamp, FormUser, Caller, Inheriting, First, MaybeKey];
@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: verified, strategy: TestStrategy }, { scheme: oauth2 }, { scheme: key }, { scheme: optionalKey }] })],
  controllers: [TreeController, ListingController, OverridingController, ScopedController],
  providers: [Greeting, ...dependencies],
})
class TreeApp {}

describe.each(ADAPTERS)('A dependency on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(TreeApp, adapter);
  });
  afterAll(() => app.close());
  beforeEach(() => calls.splice(0));

  it('is made of what it injects, what it depends on and the scopes above it', async () => {
    expect((await app.get('/me', 't')).json).toEqual({ token: 't', scopes: ['me'], greeting: 'Hello' });
    expect((await app.get('/items/7', 't')).json).toEqual({ user: { token: 't', scopes: ['items', 'me'], greeting: 'Hello' }, id: '7' });
    expect((await app.get('/inherited', 't')).json).toEqual({ token: 't', scopes: ['me'], greeting: 'Hello' });
  });

  it('answers with what it throws, and with 500 for an error that is no answer, without its message', async () => {
    expect((await app.get('/me', 'teapot')).json).toEqual({ statusCode: 418, message: 'Teapot' });
    expect((await app.get('/me', 'broken')).text).not.toContain('secret');
  });

  it('requires the schemes of its tree, with their challenge', async () => {
    const { status, json, challenges } = await app.get('/items/7');
    expect({ status, message: json.message, challenges }).toEqual({ status: 401, message: 'Not authenticated', challenges: ['Bearer realm="api", scope="items me"'] });
    expect((await app.get('/me', 'a b')).challenges[0]).toContain('error="invalid_token"');
  });

  it('takes what Nest\'s own decorators read of the request, through their pipes', async () => {
    const headers = [['X-Tenant', 'acme'], ['User-Agent', 'tests']] as const;
    const { json } = await app.send({ path: '/request/7?page=3', headers });
    expect(json).toEqual({ page: 3, tenant: 'acme', ip: true, agent: 'tests', params: { id: '7' }, method: 'GET' });
    expect((await app.send({ path: '/request/7?page=x', headers })).status).toBe(400);
  });

  it('may set a header of the response', async () => {
    const { headers, json } = await app.get('/stamp?stamp=a');
    expect({ stamp: headers['x-stamp'], json }).toEqual({ stamp: 'a', json: { stamp: 'a' } });
  });

  it('says nothing of the rest of a request to a caller whom another dependency refuses', async () => {
    expect((await app.get('/refused?page=x')).status).toBe(401);
    expect((await app.get('/refused?page=x', 't')).status).toBe(400);
    expect((await app.get('/refused?page=1', 't')).status).toBe(200);
  });

  it('takes a form', async () => {
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
    expect((await app.send({ method: 'POST', path: '/form', headers, body: 'username=johndoe&password=x' })).json).toEqual({ name: 'johndoe' });
    expect((await app.send({ method: 'POST', path: '/form', headers, body: 'username=johndoe' })).status).toBe(400);
    const multipart = '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nalice\r\n--x\r\nContent-Disposition: form-data; name="password"\r\n\r\np\r\n--x--\r\n';
    expect((await app.send({ method: 'POST', path: '/form', headers: [['Content-Type', 'multipart/form-data; boundary=x']], body: multipart })).json).toEqual({ name: 'alice' });
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/form']?.post?.requestBody).toMatchObject({ content: { 'application/x-www-form-urlencoded': {} } });
  });

  it('is resolved where nobody needs its value: on a method, on a class', async () => {
    expect((await app.get('/listed')).status).toBe(401);
    expect((await app.get('/listed', 'teapot')).status).toBe(418);
    expect((await app.get('/listed', 't')).json).toEqual({ listed: true });
    expect((await app.get('/listing', 'teapot')).status).toBe(418);
    expect((await app.get('/listing', 't')).json).toEqual({ scopes: ['items', 'me'] });
  });

  it('is dropped by @Public() on a method of its class', async () => {
    expect((await app.get('/listing/public', 'teapot')).json).toEqual({ user: null });
  });

  it('is still resolved for a method that overrides one with it on a parameter', async () => {
    expect((await app.get('/overriding/overridden')).status).toBe(401);
    expect((await app.get('/overriding/overridden', 'teapot')).status).toBe(418);
    expect((await app.get('/overriding/overridden', 't')).json).toEqual({ overridden: true });
  });

  it('is not resolved for a public method that overrides one with it on a parameter', async () => {
    expect((await app.get('/overriding/opened')).json).toEqual({ user: null });
    expect((await app.get('/overriding/opened', 'teapot')).json).toEqual({ user: null });
  });

  it('comes after what strategies verify, with the scopes that reach the scheme', async () => {
    expect((await app.get('/caller')).status).toBe(401);
    expect((await app.get('/caller', await tokenWith('items'))).json).toMatchObject({ statusCode: 403 });
    expect((await app.get('/caller', await tokenWith('me'))).json).toEqual({ user: { name: 'johndoe' }, scheme: 'verified', hasToken: true });
    expect((await app.get('/scoped', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/scoped', await tokenWith('me items'))).status).toBe(200);
  });

  it('comes in the order of the parameters, before a scheme without a strategy that stands after it', async () => {
    expect((await app.get('/order')).status).toBe(401);
    expect(calls).toEqual(['first']);
    expect((await app.get('/both')).challenges).toEqual(['Bearer realm="api", scope="me"']);
    expect((await app.get('/both', 't')).challenges).toEqual(['APIKey realm="api"']);
  });

  it('gets null of a scheme that may be absent, and never bad credentials', async () => {
    expect((await app.get('/optional')).json).toEqual({ value: null });
    expect((await app.send({ path: '/optional', headers: [['X-Optional', 'a']] })).json).toEqual({ value: 'a' });
    expect((await app.send({ path: '/optional', headers: [['X-Optional', 'a'], ['X-Optional', 'b']] })).status).toBe(400);
  });

  it('without a scheme requires nothing, and may stand on a public route', async () => {
    expect((await app.get('/public')).json).toEqual({ nothing: null });
    const [route] = describeSecurity(app.app).filter(({ path }) => path === '/request/:id');
    expect(route).toMatchObject({ access: 'open', security: [], dependencies: [{ name: 'OfRequest', dependencies: [] }] });
  });

  it('is described with its tree, and documented with the schemes in it', () => {
    const [route] = describeSecurity(app.app).filter(({ path }) => path === '/items/:id');
    expect(route).toMatchObject({
      access: 'protected',
      security: [{ OAuth2PasswordBearer: ['items', 'me'] }],
      scopes: ['items', 'me'],
      unverified: ['OAuth2PasswordBearer'],
      unavailable: [],
      sources: [{ level: 'parameter', declaredBy: 'TreeController.items', decorator: '@Security', scheme: null, dependency: 'ActiveUser', scopes: ['items'] }],
    });
    const tree = (name: string, scopes: string[], requiredScopes: string[], below: unknown[]): unknown => ({ name, scopes, requiredScopes, useCache: true, dependencies: below });
    expect(route?.dependencies).toEqual([
      tree('ActiveUser', ['items'], ['items'], [tree('TokenUser', ['me'], ['items', 'me'], [tree('OAuth2PasswordBearer', [], ['items', 'me'], [])])]),
    ]);
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/both']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['me'], APIKeyHeader: [] }]);
    expect(paths['/optional']?.get?.security).toEqual([{ optionalKey: [] }, {}]);
    expect(paths['/public']?.get).not.toHaveProperty('security');
    expect(paths['/request/{id}']?.get).not.toHaveProperty('security');
  });
});
