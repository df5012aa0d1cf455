import { jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { RESOURCES } from '../../apps/demo/src/oidc/api.js';
import { newProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { Interactions } from '../../apps/demo/src/oidc/interactions.js';
import { MemoryAdapter } from '../../apps/demo/src/oidc/memory-adapter.js';
import { providerConfiguration, signingKey } from '../../apps/demo/src/oidc/provider-configuration.js';
import { authorizationUrl, CHALLENGE, described, startProvider, tokensOf } from '../support/identity-provider.js';
import { getRaw } from '../support/raw-http.js';

const METADATA = '/.well-known/openid-configuration';

describe("requests to the demo's OpenID provider", () => {
  let provider: IdentityProvider;
  let logged: jest.SpiedFunction<typeof console.error>;
  const port = (): number => Number(new URL(provider.issuer).port);

  beforeAll(async () => {
    provider = await startProvider();
  });
  beforeEach(() => {
    logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    logged.mockRestore();
  });
  afterAll(() => provider.close());

  it.each(['[::', 'a b', '%', 'a:99999', 'evil.example', '127.0.0.1', 'localhost', ''])('answers 400 to the Host "%s", which is not its own, and logs nothing', async (host) => {
    for (const path of [METADATA, '/auth', '/interaction/x']) {
      const { status, body } = await getRaw(port(), path, [], host);
      expect(status).toBe(400);
      expect(body).toContain(`This provider is at ${provider.issuer} and nowhere else.`);
    }
    expect(logged).not.toHaveBeenCalled();
  });

  it.each([
    { target: 'http://evil.example', because: 'it would name addresses there as its own' },
    { target: 'http://[::', because: 'that is no address' },
    { target: '*', because: 'no resource is meant' },
  ])('RFC 9112 §3.2: answers 400 to the request target $target, whatever the Host: $because', async ({ target }) => {
    expect((await getRaw(port(), target === '*' ? target : target + METADATA, [], `127.0.0.1:${String(port())}`)).status).toBe(400);
    expect(logged).not.toHaveBeenCalled();
  });

  it('RFC 9112 §3.2: answers to its own Host, and to its own address in full', async () => {
    for (const target of [METADATA, provider.issuer + METADATA]) {
      const { status, body } = await getRaw(port(), target, [], `127.0.0.1:${String(port())}`);
      expect(status).toBe(200);
      expect(body).toContain(`"jwks_uri":"${provider.issuer}/jwks"`);
    }
  });

  it.each([
    { kind: 'a long address', init: { method: 'GET' }, query: `?state=${'a'.repeat(4000)}`, status: 413 },
    { kind: 'a long form', init: { method: 'POST', body: new URLSearchParams({ state: 'a'.repeat(4000) }) }, query: '', status: 413 },
    { kind: 'a form of unknown length', init: { method: 'POST', body: new Blob(['state=a']).stream(), duplex: 'half' }, query: '', status: 411 },
  ] as readonly { kind: string; init: RequestInit; query: string; status: number }[])('answers $status to $kind, so that no login that is begun takes much room', async ({ init, query, status }) => {
    expect((await fetch(`${provider.issuer}/auth${query}`, init)).status).toBe(status);
  });

  it('keeps a login while 10,000 others begin, and 20,000 of them at most', async () => {
    const logins = new MemoryAdapter();
    const begin = async (from: number, to: number): Promise<void> => {
      for (let number = from; number < to; number += 1) await logins.upsert(String(number), { kind: 'Interaction' });
    };
    await begin(0, 10_001);
    expect(await logins.find('0')).toBeDefined();
    await begin(10_001, 20_001);
    expect(await logins.find('0')).toBeUndefined();
    expect(await logins.find('1')).toBeDefined();
  });

  it('logs nothing where a browser goes away in the middle of a form', async () => {
    const url = authorizationUrl(await described(provider), { scope: 'me', ...CHALLENGE });
    const { headers } = await fetch(url, { redirect: 'manual' });
    const cookie = headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    const head = [`POST ${String(headers.get('location'))} HTTP/1.1`, `Host: ${url.host}`, `Cookie: ${cookie}`, 'Content-Length: 100', 'Expect: 100-continue', '', ''];
    const socket = connect(port(), '127.0.0.1', () => socket.write(head.join('\r\n')));
    expect(String((await once(socket, 'data') as [Buffer])[0])).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.destroy();
    expect((await tokensOf(provider, { scope: 'me' })).scope).toBe('me');
    expect(logged).not.toHaveBeenCalled();
  });

  it('ends an answer that had begun when something went wrong', async () => {
    const configuration = { ...providerConfiguration(RESOURCES), jwks: { keys: [await signingKey()] }, adapter: () => new MemoryAdapter() };
    const interactions = new Interactions(newProvider(provider.issuer, configuration), {});
    const answered: Promise<void>[] = [];
    const server = createServer((request, response) => {
      response.write('begun');
      answered.push(interactions.answer(request, response));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port: ofServer } = server.address() as AddressInfo;
    expect((await getRaw(ofServer, '/interaction/x', [])).body).toContain('begun');
    expect(await Promise.all(answered)).toEqual([undefined]);
    server.close();
  });
});
