import { passTime, realClock, stopMonotonicClock, stopTimeouts } from '../support/fake-clock.js';
import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { startIntrospectionServer } from '../support/introspection-server.js';
import type { IntrospectionServer } from '../support/introspection-server.js';
import { ADAPTERS } from '../support/running-app.js';
import type { TestResponse } from '../support/running-app.js';

const SECRET = 'the secret of the API';

/** Nobody knows whether the token is good: the client may try again, and hears nothing else. */
function expectUnavailable({ status, headers, challenges, json }: TestResponse): void {
  expect({ status, retryAfter: headers['retry-after'], challenges, json }).toEqual({
    status: 503,
    retryAfter: expect.stringMatching(/^[1-9]\d*$/),
    challenges: [],
    json: { statusCode: 503, message: 'Credentials cannot be verified now', error: 'Service Unavailable' },
  });
}

describe.each(ADAPTERS)('IntrospectionStrategy in an outage on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  let log: string[];

  beforeEach(async () => {
    server = await startIntrospectionServer();
    server.reply = () => ({ body: activeToken() });
    log = [];
    const write = (line: unknown): void => { log.push(String(line)); };
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url }, (nest) => {
      nest.useLogger({ log: write, warn: write, error: write });
    });
  });
  afterEach(async () => {
    realClock();
    await app.close();
    await server.close();
  });

  it('answers 503 with Retry-After where the provider is down, and lets in whom it knows', async () => {
    stopMonotonicClock();
    expect((await app.get('/', 'known')).status).toBe(200);
    await server.close();
    expectUnavailable(await app.get('/', 'other'));
    expect((await app.get('/', 'known')).status).toBe(200);
    await server.reopen();
  });

  it('asks nobody for a second after the provider has failed, and then asks again', async () => {
    stopMonotonicClock();
    server.reply = () => ({ status: 500 });
    expectUnavailable(await app.get('/', 'a'));
    for (const token of ['a', 'b', 'c']) expectUnavailable(await app.get('/', token));
    expect(server.requests).toHaveLength(1);
    server.reply = () => ({ body: activeToken() });
    passTime(1);
    expect((await app.get('/', 'a')).status).toBe(200);
    expect((await app.get('/', 'b')).status).toBe(200);
  });

  it.each([
    { status: 400, because: 'it may say so of this token only' },
    { status: 413, because: 'it may say so of this token only' },
  ])('goes on asking about other tokens after $status, because $because', async ({ status }) => {
    server.reply = ({ token }) => (token === 'odd' ? { status } : { body: activeToken() });
    expectUnavailable(await app.get('/', 'odd'));
    expect((await app.get('/', 'good')).status).toBe(200);
  });

  it.each([401, 403])('answers 503 where the provider refuses our client with %d, and says so in the log, without the secret', async (status) => {
    server.reply = () => ({ status, headers: { 'WWW-Authenticate': 'Basic realm="provider"' }, body: { error: 'invalid_client' } });
    expectUnavailable(await app.get('/', 'mine-alone'));
    expect(log.join('\n')).toContain(`${server.url} has refused the client of this API (${String(status)}); check clientId, clientSecret`);
    expect(log.join('\n')).not.toContain('mine-alone');
    expect(log.join('\n')).not.toContain(SECRET);
    expect(log.join('\n')).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 10));
  });

  it('answers 503 where the provider does not answer in time', async () => {
    const asked = new Promise<void>((resolve) => {
      server.reply = () => {
        resolve();
        return { hangs: true };
      };
    });
    stopTimeouts();
    const answer = app.get('/', 'slow');
    await asked;
    passTime(5);
    expectUnavailable(await answer);
    expect(log.join('\n')).toContain(`${server.url} has not answered in full`);
  });

  it('waits for 100 calls at a time, and answers 503 to more', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    server.reply = async () => {
      await held;
      return { body: activeToken() };
    };
    const first = Array.from({ length: 100 }, (_, index) => app.get('/', `token-${String(index)}`));
    while (server.requests.length < 100) await new Promise((resolve) => setImmediate(resolve));
    expectUnavailable(await app.get('/', 'one-more'));
    const same = app.get('/', 'token-0');
    release();
    expect(new Set((await Promise.all([...first, same])).map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.requests).toHaveLength(100);
    expect((await app.get('/', 'one-more')).status).toBe(200);
  });
});
