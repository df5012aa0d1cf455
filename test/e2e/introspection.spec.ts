import { moveDateTo, passTime, realClock, stopDateAt, stopMonotonicClock } from '../support/fake-clock.js';
import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { expectInsufficientScope, expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS } from '../support/running-app.js';

const NOW = 1_900_000_000;

describe.each(ADAPTERS)('IntrospectionStrategy on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;

  beforeEach(async () => {
    server = await IntrospectionServer.start();
    server.reply = ({ token }) => ({ body: token === 'good' ? activeToken() : { active: false } });
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url });
  });
  afterEach(async () => {
    realClock();
    await app.close();
    await server.goDown();
  });

  it('lets in the caller of an active token, with the scopes and the claims that the provider tells', async () => {
    server.reply = () => ({ body: activeToken({ scope: 'me items', exp: 4_000_000_000, iat: 1, ext: { tenant: ['a', { b: 1 }] } }) });
    const { status, json } = await app.get('/', 'good');
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        user: { name: 'johndoe' },
        scopes: ['me', 'items'],
        claims: activeToken({ scope: 'me items', exp: 4_000_000_000, iat: 1, ext: { tenant: ['a', { b: 1 }] } }),
        isHardened: true,
      },
    });
  });

  it('answers 401 without asking the provider where no token was sent', async () => {
    expect((await app.get('/')).status).toBe(401);
    expect(server.requests).toEqual([]);
  });

  it('answers 401 invalid_token for a token that is not active', async () => {
    expectInvalidToken(await app.get('/', 'revoked'));
    expect(app.strategy.validated).toBe(0);
  });

  it('answers 401 invalid_token where validate() knows no user', async () => {
    server.reply = () => ({ body: activeToken({ sub: undefined }) });
    expectInvalidToken(await app.get('/', 'good'));
  });

  it('answers 403 insufficient_scope for an active token without the scope', async () => {
    server.reply = () => ({ body: activeToken({ scope: 'items' }) });
    expectInsufficientScope(await app.get('/', 'good'));
  });

  it('names its issuer', () => {
    expect(app.strategy.issuers).toEqual(['https://id.example.com']);
    expect(Object.isFrozen(app.strategy.issuers)).toBe(true);
  });

  it('uses an answer again for 10 seconds, and asks validate() each time', async () => {
    stopMonotonicClock();
    expect((await app.get('/', 'good')).status).toBe(200);
    passTime(9.9);
    expect((await app.get('/', 'good')).status).toBe(200);
    expect(server.requests).toHaveLength(1);
    expect(app.strategy.validated).toBe(2);
    passTime(0.1);
    server.reply = () => ({ body: { active: false } });
    expectInvalidToken(await app.get('/', 'good'));
    expect(server.requests).toHaveLength(2);
  });

  it('uses the answer about an inactive token again for 10 seconds, too', async () => {
    stopMonotonicClock();
    expectInvalidToken(await app.get('/', 'revoked'));
    passTime(9.9);
    expectInvalidToken(await app.get('/', 'revoked'));
    expect(server.requests).toHaveLength(1);
    passTime(0.1);
    expectInvalidToken(await app.get('/', 'revoked'));
    expect(server.requests).toHaveLength(2);
  });

  it('refuses a token that expires while its answer is used again', async () => {
    stopDateAt(NOW);
    server.reply = () => ({ body: activeToken({ exp: NOW + 5 }) });
    expect((await app.get('/', 'good')).status).toBe(200);
    moveDateTo(NOW + 4);
    expect((await app.get('/', 'good')).status).toBe(200);
    moveDateTo(NOW + 5);
    expectInvalidToken(await app.get('/', 'good'));
  });

  it('asks once for a token that many requests have at the same time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    server.reply = async () => {
      await held;
      return { body: activeToken() };
    };
    const answers = Promise.all(Array.from({ length: 20 }, () => app.get('/', 'good')));
    while (app.strategy.asked < 20) await new Promise((resolve) => setImmediate(resolve));
    release();
    expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(server.requests).toHaveLength(1);
  });

  describe('with cacheTtl: 0', () => {
    it('asks for each request', async () => {
      const uncached = await startIntrospectionApp(adapter, { introspectionUrl: server.url, cacheTtl: 0 });
      expect((await uncached.get('/', 'good')).status).toBe(200);
      server.reply = () => ({ body: { active: false } });
      expectInvalidToken(await uncached.get('/', 'good'));
      expect(server.requests).toHaveLength(2);
      await uncached.close();
    });
  });

  it('takes the scopes from the members that scopeClaims names, also from a list', async () => {
    server.reply = () => ({ body: activeToken({ scope: 'items', permissions: ['me', 'write'] }) });
    const other = await startIntrospectionApp(adapter, { introspectionUrl: server.url, scopeClaims: ['permissions', 'scope'] });
    expect((await other.get('/', 'good')).json.scopes).toEqual(['me', 'write']);
    await other.close();
  });
});
