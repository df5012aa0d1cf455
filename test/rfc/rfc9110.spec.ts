import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { AuthModule, JwtStrategy, Public, Scopes } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { parsedChallenges } from '../support/challenges.js';
import { getRaw } from '../support/raw-http.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme, tokenWith } from '../support/tokens.js';

@Injectable()
class UserStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  validate({ sub }: AccessTokenClaims): unknown {
    if (sub === 'nobody') return null;
    if (sub === 'unlucky') throw new Error('The store is down.');
    return { name: sub };
  }
}

@Controller()
class HttpController {
  @Get('me')
  @Scopes('me')
  me() {
    return {};
  }
  @Get('public')
  @Public()
  open() {
    return {};
  }
}

const REALM = 'the "inner" api, in C:\\data';

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: UserStrategy }], realm: REALM })],
  controllers: [HttpController],
})
class HttpApp {}

const UNAUTHENTICATED = [
  { what: 'no credentials', value: () => null },
  { what: 'an empty field', value: () => '' },
  { what: 'another scheme', value: () => 'Basic am9objpzZWNyZXQ=' },
  { what: 'a malformed token', value: () => 'Bearer a b' },
  { what: 'a token that is none', value: () => 'Bearer bad' },
  { what: 'an expired token', value: async () => `Bearer ${await tokenWith('me', { exp: 1 })}` },
  { what: 'a token of nobody', value: async () => `Bearer ${await tokenWith('me', { sub: 'nobody' })}` },
];

describe.each(ADAPTERS)('RFC 9110, HTTP Semantics, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(HttpApp, adapter);
  });
  afterAll(() => app.close());

  const send = (value: string | null, { path = '/me', method = 'GET' } = {}) =>
    app.send({ method, path, headers: value === null ? [] : [['Authorization', value]] });

  it('§5.3: answers 400 to two Authorization lines, as the field is not a list', async () => {
    const token = await tokenWith('me');
    const { status } = await app.send({ path: '/me', headers: [['Authorization', `Bearer ${token}`], ['Authorization', `Bearer ${token}`]] });
    expect(status).toBe(400);
  });

  it('§5.5 MUST: takes white space around the field value for no part of it', async () => {
    expect((await getRaw(app.port, '/me', [`Authorization: \t Bearer ${await tokenWith('me')} \t`])).status).toBe(200);
  });

  it('§5.1: finds the field whatever the case of its name', async () => {
    expect((await getRaw(app.port, '/me', [`aUTHORIZATION: Bearer ${await tokenWith('me')}`])).status).toBe(200);
  });

  it('§5.6.4: quotes the realm, with a backslash before quotes and backslashes and before nothing else', async () => {
    const { challenges } = await send(null);
    expect(challenges).toEqual(['Bearer realm="the \\"inner\\" api, in C:\\\\data", scope="me"']);
    expect((await parsedChallenges(challenges))[0]?.parameters.realm).toBe(REALM);
  });

  it.each(['bearer', 'BEARER', 'bEARER'])('§11.1: takes the scheme %s for Bearer', async (scheme) => {
    expect((await send(`${scheme} ${await tokenWith('me')}`)).status).toBe(200);
  });

  it.each([1, 2, 20])('§11.4: takes %d spaces between scheme and token', async (count) => {
    expect((await send(`Bearer${' '.repeat(count)}${await tokenWith('me')}`)).status).toBe(200);
  });

  it('§11.6.2: lets a request in to a public route, whatever its credentials are', async () => {
    expect((await send('Bearer bad', { path: '/public' })).status).toBe(200);
  });

  it.each(UNAUTHENTICATED)('§11.6.1, §15.5.2 MUST: the 401 answer to $what carries a challenge', async ({ value }) => {
    const { status, challenges } = await send(await value());
    expect(status).toBe(401);
    expect(await parsedChallenges(challenges)).toEqual([expect.objectContaining({ scheme: 'bearer' })]);
  });

  it.each(UNAUTHENTICATED)('§9.3.2: the answer to HEAD with $what is that to GET, without the body', async ({ value }) => {
    const authorization = await value();
    const [head, get] = [await send(authorization, { method: 'HEAD' }), await send(authorization)];
    expect({ status: head.status, challenges: head.challenges, text: head.text }).toEqual({ status: get.status, challenges: get.challenges, text: '' });
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });

  it('§15.5.4: answers 403, and not 401, to a caller who is known and may not', async () => {
    expect((await send(`Bearer ${await tokenWith('items')}`)).status).toBe(403);
  });

  it('§15.6.4, §10.2.3: answers 503 with a Retry-After in seconds, and no challenge, when nobody can tell who calls', async () => {
    const { status, headers, challenges } = await send(`Bearer ${await tokenWith('me', { sub: 'unlucky' })}`);
    expect({ status, challenges }).toEqual({ status: 503, challenges: [] });
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });
});
