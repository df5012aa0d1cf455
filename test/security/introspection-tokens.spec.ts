import { randomBytes } from 'node:crypto';
import { activeToken, startIntrospectionApp, TestIntrospection } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { usedBytes } from '../support/memory.js';
import { ADAPTERS } from '../support/running-app.js';
import { ISSUER } from '../support/tokens.js';

const UNASKED = [
  { what: 'of 8193 characters', token: 'a'.repeat(8193), because: 'it is too long' },
  { what: 'with a line break', token: 'good\r\nX-Injected: 1', because: 'it is no b64token (RFC 6750 §2.1)' },
  { what: 'with a space', token: 'go od', because: 'it is no b64token' },
  { what: 'with an ampersand', token: 'good&client_id=other', because: 'it is no b64token' },
  { what: 'with a percent sign', token: 'good%00', because: 'it is no b64token' },
  { what: 'with another alphabet', token: 'gööd', because: 'it is no b64token' },
  { what: 'with an equals sign inside', token: 'go=od', because: 'it is no b64token' },
  { what: 'that is empty', token: '', because: 'it is no b64token' },
];

const jwt = (payload: string): string => `eyJhbGciOiJub25lIn0.${Buffer.from(payload).toString('base64url')}.c2lnbmF0dXJl`;

describe.each(ADAPTERS)('tokens that are sent to be introspected, on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  beforeEach(async () => {
    server = await IntrospectionServer.start();
    server.reply = ({ token }) => ({ body: token === 'good' ? activeToken() : { active: false } });
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url, cacheTtl: 300 });
  });
  afterEach(async () => {
    await app.close();
    await server.goDown();
  });

  it('a token of 8192 characters is asked for, and a longer one is refused unasked', async () => {
    expectInvalidToken(await app.get('/', 'a'.repeat(8192)));
    expect(server.requests).toHaveLength(1);
    expectInvalidToken(await app.get('/', 'a'.repeat(8193)));
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    { what: 'another issuer', payload: '{"iss":"https://other.example.com"}' },
    { what: 'the issuer with a slash', payload: `{"iss":"${ISSUER}/"}` },
    { what: 'the issuer in a list', payload: `{"iss":["${ISSUER}"]}` },
    { what: 'no issuer by null', payload: '{"iss":null}' },
  ])('a JWT that names $what is not sent to the provider of this one, and refused', async ({ payload }) => {
    server.reply = () => ({ body: activeToken() });
    expectInvalidToken(await app.get('/', jwt(payload)));
    expect(server.requests).toEqual([]);
  });

  it.each([
    { what: 'a JWT of this issuer', token: jwt(`{"iss":"${ISSUER}"}`) },
    { what: 'a JWT that names no issuer', token: jwt('{"sub":"x"}') },
    { what: 'a JWT whose payload is a list', token: jwt('["iss"]') },
    { what: 'a token with two dots', token: 'a.b.c' },
    { what: 'a token with one dot', token: 'a.eyJpc3MiOiJ4In0' },
    { what: 'a token with three dots', token: 'a.eyJpc3MiOiJ4In0.b.c' },
  ])('$what is asked about', async ({ token }) => {
    server.reply = () => ({ body: activeToken() });
    expect((await app.get('/', token)).status).toBe(200);
    expect(server.requests.map(({ token: sent }) => sent)).toEqual([token]);
  });

  it('a token that differs in one character from one that is known is asked for', async () => {
    expect((await app.get('/', 'good')).status).toBe(200);
    for (const token of ['gooe', 'Good', 'good=', 'goo', 'goodd']) expectInvalidToken(await app.get('/', token));
    expect(server.requests.map(({ token }) => token)).toEqual(['good', 'gooe', 'Good', 'good=', 'goo', 'goodd']);
    expect((await app.get('/', 'good')).status).toBe(200);
  });

  it('1,200 made-up tokens do not push out the answer about a good one', async () => {
    expect((await app.get('/', 'good')).status).toBe(200);
    const madeUp = Array.from({ length: 1_200 }, () => randomBytes(24).toString('base64url'));
    const statuses = new Set<number>();
    while (madeUp.length > 0) {
      const answers = await Promise.all(madeUp.splice(0, 50).map((token) => app.get('/', token)));
      for (const { status } of answers) statuses.add(status);
    }
    expect(statuses).toEqual(new Set([401]));
    const before = server.requests.length;
    expect((await app.get('/', 'good')).status).toBe(200);
    expect(server.requests.length - before).toBe(0);
  });
});

describe('IntrospectionStrategy', () => {
  let server: IntrospectionServer;
  let strategy: TestIntrospection;
  beforeEach(async () => {
    server = await IntrospectionServer.start();
    strategy = new TestIntrospection({ introspectionUrl: server.url, cacheTtl: 300 });
  });
  afterEach(() => server.goDown());

  const verifyAll = async (tokens: readonly string[]): Promise<ReadonlySet<string>> => {
    const kinds = new Set<string>();
    for (let index = 0; index < tokens.length; index += 90) {
      const verifications = await Promise.all(tokens.slice(index, index + 90).map((token) => strategy.verifyCredentials(token)));
      for (const { kind } of verifications) kinds.add(kind);
    }
    return kinds;
  };

  it.each(UNASKED)('refuses a token $what unasked, whatever took it out of the request, because $because', async ({ token }) => {
    expect(await strategy.verifyCredentials(token)).toEqual({ kind: 'refused' });
    expect(server.requests).toEqual([]);
  });

  it.each([undefined, null, 1, {}, { credentials: 1 }, ['good']])('refuses credentials that are no token: %j', async (credentials) => {
    expect(await strategy.verifyCredentials(credentials)).toEqual({ kind: 'refused' });
    expect(server.requests).toEqual([]);
  });

  it('of 10,200 tokens it remembers 9,000 that are active and 1,000 that are not', async () => {
    server.reply = ({ token }) => ({ body: token?.startsWith('active') === true ? activeToken() : { active: false } });
    const active = Array.from({ length: 9_100 }, (_, index) => `active-${String(index)}`);
    const madeUp = Array.from({ length: 1_100 }, (_, index) => `made-up-${String(index)}`);
    expect(await verifyAll(active)).toEqual(new Set(['verified']));
    expect(await verifyAll(madeUp)).toEqual(new Set(['refused']));
    const before = server.requests.length;
    await verifyAll([...active.slice(-9_000), ...madeUp.slice(-1_000)]);
    expect(server.requests.length - before).toBe(0);
    await verifyAll([...active.slice(0, 100), ...madeUp.slice(0, 100)]);
    expect(server.requests.length - before).toBe(200);
  }, 120_000);

  it.each([
    { what: 'long texts', x: 'a'.repeat(60 * 1024), kept: 500 },
    { what: 'long texts in other scripts', x: 'Ж'.repeat(30 * 1024), kept: 1_000 },
    { what: 'many objects', x: Array.from({ length: 900 }, () => ({})), kept: 250 },
    { what: 'many members', x: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`x${String(index)}`, index])), kept: 250 },
  ])('remembers answers with $what in 64 MiB, the last ones used', async ({ x, kept }) => {
    server.reply = () => ({ body: activeToken({ x }) });
    await verifyAll(['warm-up']);
    const before = usedBytes();
    const tokens = Array.from({ length: kept + 150 }, (_, index) => `token-${String(index)}`);
    expect(await verifyAll(tokens)).toEqual(new Set(['verified']));
    // The rest is what else the process does meanwhile.
    expect(usedBytes() - before).toBeLessThan(80 * 2 ** 20);
    const asked = server.requests.length;
    await verifyAll(tokens.slice(-kept));
    expect(server.requests.length - asked).toBe(0);
    await verifyAll(tokens.slice(0, 10));
    expect(server.requests.length - asked).toBe(10);
  }, 60_000);
});
