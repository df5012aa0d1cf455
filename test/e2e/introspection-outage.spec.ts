import { passTime, realClock, stopMonotonicClock, stopTimeouts } from '../support/fake-clock.js';
import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import type { IntrospectionReply } from '../support/introspection-server.js';
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
    server = await IntrospectionServer.start();
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
    await server.goDown();
  });

  it('answers 503 with Retry-After where the provider is down, and lets in whom it knows', async () => {
    stopMonotonicClock();
    expect((await app.get('/', 'known')).status).toBe(200);
    await server.goDown();
    expectUnavailable(await app.get('/', 'other'));
    expect((await app.get('/', 'known')).status).toBe(200);
    await server.comeBack();
  });

  const statuses = async (...tokens: readonly string[]): Promise<readonly number[]> => {
    const seen: number[] = [];
    for (const token of tokens) seen.push((await app.get('/', token)).status);
    return seen;
  };
  /** The provider answers the next call when the test says so. */
  const holdNext = (): { readonly asked: Promise<void>; readonly answer: (reply: IntrospectionReply) => void } => {
    let answer: (reply: IntrospectionReply) => void = () => undefined;
    const reply = new Promise<IntrospectionReply>((resolve) => { answer = resolve; });
    const { reply: before } = server;
    const asked = new Promise<void>((resolve) => {
      server.reply = () => {
        server.reply = before;
        resolve();
        return reply;
      };
    });
    return { asked, answer };
  };

  it.each<{ what: string; reply: IntrospectionReply }>([
    { what: 'an answer 400', reply: { status: 400 } },
    { what: 'an answer 403', reply: { status: 403 } },
    { what: 'an answer 404', reply: { status: 404 } },
    { what: 'an answer 413', reply: { status: 413 } },
    { what: 'an answer 429', reply: { status: 429 } },
    { what: 'an answer 500', reply: { status: 500 } },
    { what: 'an answer 503', reply: { status: 503 } },
    { what: 'a redirect', reply: { status: 302, headers: { Location: '/blocked' } } },
    { what: 'a page of HTML', reply: { headers: { 'Content-Type': 'text/html' }, body: '<h1>Blocked</h1>' } },
    { what: 'an answer that is too large', reply: { body: activeToken({ groups: 'x'.repeat(300_000) }) } },
    { what: 'the end of the connection', reply: { resets: true } },
  ])('goes on asking about other tokens after $what for some, because it may be for them only', async ({ reply }) => {
    stopMonotonicClock();
    server.reply = ({ token }) => (token?.startsWith('odd') === true ? reply : { body: activeToken() });
    expect(await statuses('odd-1', 'odd-2', 'odd-3', 'odd-4', 'good')).toEqual([503, 503, 503, 503, 200]);
  });

  it('asks about a token that it got no answer for once in a second', async () => {
    stopMonotonicClock();
    server.reply = () => ({ status: 403 });
    expect(await statuses('odd', 'odd', 'odd')).toEqual([503, 503, 503]);
    expect(server.requests).toHaveLength(1);
    server.reply = () => ({ body: activeToken() });
    passTime(1);
    expect(await statuses('odd')).toEqual([200]);
  });

  it.each([
    { what: 'takes no connection', isOpen: false },
    { what: 'does not know this API', isOpen: true },
  ])('asks nobody for a second after the provider $what for three tokens, and then asks again', async ({ isOpen }) => {
    stopMonotonicClock();
    server.reply = () => ({ status: 401 });
    if (!isOpen) await server.goDown();
    expect(await statuses('a', 'b', 'c')).toEqual([503, 503, 503]);
    server.reply = () => ({ body: activeToken() });
    if (!isOpen) await server.comeBack();
    const before = server.requests.length;
    expectUnavailable(await app.get('/', 'd'));
    expect(server.requests.length - before).toBe(0);
    passTime(1);
    expect(await statuses('a', 'd')).toEqual([200, 200]);
  });

  it('asks nobody for a second after three tokens got no answer in time', async () => {
    stopMonotonicClock();
    server.reply = () => ({ hangs: true });
    const impatient = await startIntrospectionApp(adapter, { introspectionUrl: server.url, timeout: 1 });
    const answers = await Promise.all(['a', 'b', 'c'].map((token) => impatient.get('/', token)));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    server.reply = () => ({ body: activeToken() });
    expectUnavailable(await impatient.get('/', 'd'));
    passTime(1);
    expect((await impatient.get('/', 'd')).status).toBe(200);
    await impatient.close();
  });

  it('tells the log once when an outage begins, and once when it ends', async () => {
    stopMonotonicClock();
    server.reply = () => ({ status: 401 });
    const told = (): readonly string[] => log.filter((line) => line.includes('identity provider'));
    await statuses('a', 'b');
    expect(told()).toEqual([]);
    await statuses('c', 'd', 'e');
    passTime(1);
    await statuses('f', 'g');
    expect(told()).toEqual([`An identity provider cannot be asked about tokens: ${server.url} has refused the client of this API (401); check clientId, clientSecret and its right to introspect. Tokens that are not known get 503 meanwhile.`]);
    passTime(1);
    server.reply = () => ({ body: activeToken() });
    await statuses('a', 'b');
    expect(told().slice(1)).toEqual([`The identity provider can be asked about tokens again: ${server.url}`]);
  });

  it('goes on asking where the same token fails again and again, and where another is answered in between', async () => {
    server.reply = ({ token }) => (token?.startsWith('odd') === true ? { status: 401 } : { body: activeToken() });
    stopMonotonicClock();
    for (const token of ['odd-1', 'odd-1', 'odd-1', 'odd-2', 'good-1', 'odd-3', 'odd-4', 'good-2']) {
      passTime(1);
      expect([token, ...await statuses(token)]).toEqual([token, token.startsWith('odd') ? 503 : 200]);
    }
  });

  it('goes on asking after calls have failed that began before the last one which did not', async () => {
    stopMonotonicClock();
    const held = [];
    for (const token of ['slow-1', 'slow-2', 'slow-3']) {
      const { asked, answer } = holdNext();
      held.push({ answer, response: app.get('/', token) });
      await asked;
    }
    expect(await statuses('good-1')).toEqual([200]);
    for (const { answer, response } of held) {
      answer({ status: 401 });
      expectUnavailable(await response);
    }
    expect(await statuses('good-2')).toEqual([200]);
  });

  it.each([
    { what: 'fails', reply: () => ({ status: 401 }), then: 503 },
    { what: 'is answered', reply: () => ({ body: activeToken() }), then: 200 },
    { what: 'is answered with what may be of its token only', reply: () => ({ status: 403 }), then: 200 },
  ])('asks about one token after the second, and until that $what, about no other', async ({ reply, then }) => {
    stopMonotonicClock();
    server.reply = () => ({ status: 401 });
    await statuses('a', 'b', 'c');
    server.reply = () => ({ body: activeToken() });
    passTime(1);
    const { asked, answer } = holdNext();
    const probe = app.get('/', 'probe');
    await asked;
    passTime(1);
    const before = server.requests.length;
    expect(await statuses('d', 'e')).toEqual([503, 503]);
    expect(server.requests.length - before).toBe(0);
    answer(reply());
    await probe;
    expect(await statuses('f')).toEqual([then]);
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
});
