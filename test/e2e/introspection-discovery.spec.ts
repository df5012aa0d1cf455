import { describeSecurity } from 'nestjs-scopes';
import { passTime, realClock, stopMonotonicClock, stopTimeouts } from '../support/fake-clock.js';
import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { ADAPTERS } from '../support/running-app.js';

const METADATA = '/.well-known/openid-configuration';

describe.each(ADAPTERS)('IntrospectionStrategy with an issuer alone, on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  let metadata: Record<string, unknown>;

  beforeEach(async () => {
    server = await IntrospectionServer.start();
    metadata = { issuer: server.origin, introspection_endpoint: server.url };
    server.reply = ({ path }) => ({ body: path === METADATA ? metadata : activeToken({ iss: server.origin }) });
    app = await startIntrospectionApp(adapter, { issuer: server.origin });
  });
  afterEach(async () => {
    realClock();
    await app.close();
    await server.goDown();
  });
  const paths = (): readonly string[] => server.requests.map(({ path }) => path);

  it('finds the endpoint through the metadata of the issuer, once for all requests', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((token) => app.get('/', token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await app.get('/', 'd')).status).toBe(200);
    expect(paths()).toEqual([METADATA, '/introspect', '/introspect', '/introspect', '/introspect']);
  });

  it('sends the secret to the endpoint only', async () => {
    await app.get('/', 'a');
    expect(server.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([false, true]);
  });

  it.each([
    { what: 'name another issuer', change: () => ({ issuer: 'https://other.example.com' }) },
    { what: 'name the issuer with a slash', change: () => ({ issuer: `${server.origin}/` }) },
    { what: 'name no endpoint', change: () => ({ introspection_endpoint: undefined }) },
    { what: 'name an endpoint without TLS', change: () => ({ introspection_endpoint: 'http://id.example.com/introspect' }) },
    { what: 'name an endpoint in the private network', change: () => ({ introspection_endpoint: 'https://10.0.0.1/introspect' }) },
    { what: 'name an endpoint that is no text', change: () => ({ introspection_endpoint: [server.url] }) },
  ])('answers 503, and sends no secret, where the metadata $what', async ({ change }) => {
    metadata = { ...metadata, ...change() };
    const { status, headers } = await app.get('/', 'a');
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(server.requests.filter(({ headers: { authorization } }) => authorization !== undefined)).toEqual([]);
  });

  it('asks for the metadata for three tokens while they cannot be had, and anew a second later', async () => {
    stopMonotonicClock();
    const { reply } = server;
    server.reply = () => ({ status: 500 });
    for (const token of ['a', 'b', 'c', 'd', 'e']) expect((await app.get('/', token)).status).toBe(503);
    expect(paths()).toEqual([METADATA, METADATA, METADATA]);
    server.reply = reply;
    passTime(1);
    expect((await app.get('/', 'a')).status).toBe(200);
    expect(paths().slice(3)).toEqual([METADATA, '/introspect']);
  });

  it('asks for the metadata again after a day, and goes on where they cannot be had', async () => {
    stopMonotonicClock();
    expect((await app.get('/', 'a')).status).toBe(200);
    passTime(86_399);
    expect((await app.get('/', 'b')).status).toBe(200);
    expect(paths()).toEqual([METADATA, '/introspect', '/introspect']);
    const { reply } = server;
    server.reply = (request) => (request.path === METADATA ? { status: 500 } : reply(request));
    passTime(1);
    expect((await app.get('/', 'c')).status).toBe(200);
    expect(paths().slice(3)).toEqual([METADATA, '/introspect']);
  });

  it('goes on after metadata that nobody can read', async () => {
    stopMonotonicClock();
    const { reply } = server;
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    server.reply = ({ path }) => (path === METADATA ? { body: `{"issuer":${deep},"introspection_endpoint":"${server.url}"}` } : { body: activeToken() });
    for (const token of ['a', 'b', 'c', 'd']) expect((await app.get('/', token)).status).toBe(503);
    server.reply = reply;
    passTime(1);
    expect((await app.get('/', 'a')).status).toBe(200);
  });

  it('finds an endpoint that has moved', async () => {
    stopMonotonicClock();
    expect((await app.get('/', 'a')).status).toBe(200);
    const moved = '/moved/introspect';
    metadata = { ...metadata, introspection_endpoint: `${server.origin}${moved}` };
    server.reply = ({ path }) => (path === METADATA ? { body: metadata } : path === moved ? { body: activeToken({ iss: server.origin }) } : { status: 404 });
    expect((await app.get('/', 'b')).status).toBe(503);
    passTime(1);
    expect((await app.get('/', 'b')).status).toBe(200);
  });

  it('tells what the provider did not give when it was last asked', async () => {
    stopMonotonicClock();
    const { reply } = server;
    server.reply = () => ({ status: 500 });
    await app.get('/', 'a');
    expect(app.strategy.problems()).toEqual([`${server.origin}${METADATA} has answered 500`]);
    passTime(1);
    server.reply = reply;
    await app.get('/', 'a');
    expect(app.strategy.problems()).toEqual([]);
    server.reply = () => ({ status: 500 });
    await app.get('/', 'b');
    expect(app.strategy.problems()).toEqual([`${server.url} has answered with 500`]);
  });

  describe('that is asked at start', () => {
    let log: string[];
    beforeEach(() => { log = []; });
    const startAgain = (): Promise<IntrospectionApp> => startIntrospectionApp(adapter, { issuer: server.origin }, (nest) => {
      const write = (line: unknown): void => { if (String(line).includes('identity provider')) log.push(String(line)); };
      nest.useLogger({ log: write, warn: write, error: () => undefined });
    }, 'start');

    it('knows the endpoint before the first request', async () => {
      const prepared = await startAgain();
      expect(paths()).toEqual([METADATA]);
      expect((await prepared.get('/', 'a')).status).toBe(200);
      expect(paths()).toEqual([METADATA, '/introspect']);
      await prepared.close();
    });

    it('does not start where the metadata contradict the options, and says how', async () => {
      metadata = { ...metadata, issuer: 'https://other.example.com' };
      await expect(startAgain()).rejects.toMatchObject({
        code: 'AUTH_CONFIGURATION',
        findings: [{ code: 'provider-contradiction', where: 'AppIntrospection', problem: expect.stringContaining('https://other.example.com'), mend: expect.stringMatching(/\S/) }],
      });
    });

    it('starts where the provider is down, tells so in describeSecurity, and lets callers in when it is back', async () => {
      await server.goDown();
      const prepared = await startAgain();
      const told = (): readonly string[] => describeSecurity(prepared.app).flatMap(({ unavailable }) => unavailable);
      expect(told()).toEqual([`${server.origin}${METADATA} refuses connections`]);
      expect(log).toEqual([`An identity provider cannot be asked about tokens: ${server.origin}${METADATA} refuses connections. Tokens that are not known get 503 meanwhile.`]);
      await server.comeBack();
      expect((await prepared.get('/', 'a')).status).toBe(200);
      expect(told()).toEqual([]);
      expect(log.slice(1)).toEqual([`The identity provider can be asked about tokens again: ${server.origin}/`]);
      await prepared.close();
    });

    it('starts after ten seconds where the provider is silent, however long it may take to answer', async () => {
      const { reply } = server;
      const asked = new Promise<void>((resolve) => {
        server.reply = () => {
          resolve();
          return { hangs: true };
        };
      });
      stopTimeouts();
      const starting = startIntrospectionApp(adapter, { issuer: server.origin, timeout: 30 }, undefined, 'start');
      await asked;
      passTime(10);
      const prepared = await starting;
      passTime(20);
      server.reply = reply;
      realClock();
      await prepared.close();
    });

    it('starts where the metadata are missing, which a provider that starts may mend, and tells the log what to write', async () => {
      const { reply } = server;
      server.reply = () => ({ status: 404 });
      const prepared = await startAgain();
      expect(log).toEqual([expect.stringContaining('introspectionUrl where it publishes no metadata')]);
      server.reply = reply;
      expect((await prepared.get('/', 'a')).status).toBe(200);
      await prepared.close();
    });
  });
});
