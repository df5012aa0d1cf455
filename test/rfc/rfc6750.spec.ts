import { Controller, Get, Module, Post } from '@nestjs/common';
import { AuthModule, CurrentUser, HTTPBearer, Scopes, Security } from 'nestjs-scopes';
import { parsedChallenges } from '../support/challenges.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp, TestRequest } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

/** Accepts whatever a scheme hands on, and says what it was. */
class EchoStrategy {
  declare success: (user: unknown) => void;
  authenticate(request: { headers: { authorization: string } }): void {
    this.success({ token: request.headers.authorization.slice('Bearer '.length) });
  }
}

const echo = new HTTPBearer({ schemeName: 'echo' });

@Controller()
class BearerController {
  @Get('echo')
  @Security(echo)
  echo(@CurrentUser() user: unknown) {
    return user;
  }
  @Get('any')
  @Scopes()
  any() {
    return {};
  }
  @Get('items')
  @Scopes('me', 'items')
  items() {
    return {};
  }
  @Post('items')
  @Scopes('me', 'items')
  create() {
    return {};
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: testScheme(), strategy: TestStrategy },
        { scheme: echo, strategy: EchoStrategy },
      ],
    }),
  ],
  controllers: [BearerController],
})
class BearerApp {}

const TOKENS = [
  { token: 'mF_9.B5f-4.1JqM', because: 'it is the example of §2.1' },
  { token: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/', because: 'these are all its characters' },
  { token: 'a=', because: 'it may end with an equals sign' },
  { token: 'a=====', because: 'it may end with equals signs' },
  { token: '-', because: 'one character is enough' },
  { token: 'Bearer', because: 'no word is reserved' },
];

const bearer = (token: string) => [['Authorization', `Bearer ${token}`]] as const;

const REFUSED: readonly { what: string; request: () => Promise<TestRequest> | TestRequest; status: number; error: string | undefined }[] = [
  { what: 'no credentials', request: () => ({ path: '/items' }), status: 401, error: undefined },
  { what: 'a malformed token', request: () => ({ path: '/items', headers: bearer('a b') }), status: 401, error: 'invalid_token' },
  { what: 'a token that is none', request: () => ({ path: '/items', headers: bearer('bad') }), status: 401, error: 'invalid_token' },
  { what: 'an expired token', request: async () => ({ path: '/items', headers: bearer(await tokenWith('me items', { exp: 1 })) }), status: 401, error: 'invalid_token' },
  { what: 'a token of nobody', request: async () => ({ path: '/items', headers: bearer(await tokenWith('me items', { sub: 'nobody' })) }), status: 401, error: 'invalid_token' },
  { what: 'two tokens', request: () => ({ path: '/items', headers: [...bearer('a'), ...bearer('b')] }), status: 400, error: 'invalid_request' },
  { what: 'a token with one scope of two', request: async () => ({ path: '/items', headers: bearer(await tokenWith('items')) }), status: 403, error: 'insufficient_scope' },
];

describe.each(ADAPTERS)('RFC 6750, Bearer Token Usage, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(BearerApp, adapter);
  });
  afterAll(() => app.close());

  it.each(TOKENS)('§2.1 MUST: takes the token $token from the Authorization field, because $because', async ({ token }) => {
    const { status, json } = await app.get('/echo', token);
    expect({ status, json }).toEqual({ status: 200, json: { token } });
  });

  it.each(['a b', 'a,', '"a"', '=a', 'a=b', '===', '%41', 'a\xA0', '\xE9'])('§2.1: answers 401 invalid_token to the token %j, and hands it to no strategy', async (token) => {
    const { status, challenges } = await app.get('/echo', token);
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", error="invalid_token"'] });
  });

  it('§2.1 MUST: lets a good token in', async () => {
    expect((await app.get('/items', await tokenWith('me items'))).status).toBe(200);
  });

  it('§2.2 MAY, and does not: reads no token from a form', async () => {
    const body = `access_token=${await tokenWith('me items')}`;
    const { status, challenges } = await app.send({ method: 'POST', path: '/items', headers: [['Content-Type', 'application/x-www-form-urlencoded']], body });
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", scope="me items"'] });
  });

  it('§2.3 SHOULD NOT: reads no token from the query', async () => {
    const { status, challenges } = await app.get(`/items?access_token=${await tokenWith('me items')}`);
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", scope="me items"'] });
  });

  it.each(REFUSED)('§3 MUST: the $status answer to $what has one challenge, with the scheme Bearer and one or more parameters', async ({ request, status }) => {
    const response = await app.send(await request());
    expect(response.status).toBe(status);
    expect(response.challenges).toHaveLength(1);
    expect(response.challenges[0]).toMatch(/^Bearer [a-z]/);
  });

  it.each(REFUSED)('§3 MUST NOT: the challenge to $what has no parameter twice', async ({ request }) => {
    const [challenge = ''] = (await app.send(await request())).challenges;
    const names = [...challenge.matchAll(/([a-z_]+)=/g)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain('realm');
  });

  it.each(REFUSED)('§3 MUST NOT: the parameters of the challenge to $what have no characters but the allowed ones', async ({ request }) => {
    const [challenge] = await parsedChallenges((await app.send(await request())).challenges);
    expect(challenge?.parameters.scope).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/);
    expect(challenge?.parameters.error ?? 'absent').toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  });

  it('§3: names no scope where none is required', async () => {
    expect((await app.get('/any')).challenges).toEqual(['Bearer realm="api"']);
  });

  it.each(REFUSED.filter(({ error }) => error !== undefined))('§3.1 SHOULD: answers $status $error to $what', async ({ request, status, error }) => {
    const response = await app.send(await request());
    expect({ status: response.status, challenges: response.challenges }).toEqual({
      status,
      challenges: [`Bearer realm="api", error="${error ?? ''}", scope="me items"`],
    });
  });

  it.each([
    { what: 'no Authorization field', headers: [] },
    { what: 'an empty one', headers: [['Authorization', '']] as const },
    { what: 'the scheme alone', headers: [['Authorization', 'Bearer']] as const },
    { what: 'another scheme', headers: [['Authorization', 'Basic am9objpzZWNyZXQ=']] as const },
  ])('§3.1 SHOULD NOT: gives no error code or other error information to a request with $what', async ({ headers }) => {
    const { status, challenges } = await app.send({ path: '/items', headers });
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", scope="me items"'] });
  });

  it('§3.1 MAY: names with insufficient_scope all scopes that the route requires, not the missing ones only', async () => {
    const { status, challenges } = await app.get('/items', await tokenWith('items'));
    expect({ status, challenges }).toEqual({ status: 403, challenges: ['Bearer realm="api", error="insufficient_scope", scope="me items"'] });
  });
});
