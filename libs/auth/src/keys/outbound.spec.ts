import type { LookupFunction } from 'node:net';
import { KeyServer } from '../../../../test/support/key-server.js';
import type { Manner } from '../../../../test/support/key-server.js';
import { portsAsked } from '../../../../test/support/ports-asked.js';
import { ProviderUnavailable } from '../errors.js';
import { providerJson } from './outbound.js';
import type { OutboundOptions } from './outbound.js';
import { addressProblem } from './provider-address.js';

let server: KeyServer;
beforeAll(async () => {
  server = await KeyServer.start();
  server.publish('jwks', { keys: [] });
});
afterAll(() => server.goDown());
afterEach(() => { server.answers('jwks', 'well'); });

function ask(url = server.jwksUri, options: Partial<OutboundOptions> = {}) {
  return providerJson(url, { network: 'public', timeout: 0.5, ...options });
}

async function refusal(url?: string, options?: Partial<OutboundOptions>): Promise<string> {
  const error: unknown = await ask(url, options).then(() => 'an answer', (reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProviderUnavailable);
  return error instanceof ProviderUnavailable ? error.message : '';
}

/** A name that resolves to addresses. */
function resolving(...addresses: readonly string[]): LookupFunction {
  return (_name, _options, callback) => { callback(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))); };
}

describe('An answer of an identity provider', () => {
  it('is JSON, as text too', async () => {
    expect(await ask()).toEqual({ status: 200, json: { keys: [] }, text: '{"keys":[]}' });
  });

  it('has a status and no content where it is another one than 200', async () => {
    server.answers('jwks', 'with 500');
    expect(await ask()).toEqual({ status: 500, json: undefined, text: '' });
  });

  it.each<{ manner: Manner; reason: string }>([
    { manner: 'with a redirect', reason: 'redirects (302), which is not followed' },
    { manner: 'with 304', reason: 'redirects (304)' },
    { manner: 'never', reason: 'has not answered in full in time' },
    { manner: 'byte by byte', reason: 'has not answered in full in time' },
    { manner: 'with 50 MiB', reason: 'has answered with more than 256 KiB' },
    { manner: 'with a length of 50 MiB', reason: 'has answered with more than 256 KiB' },
    { manner: 'with a reset', reason: 'has broken off the connection' },
    { manner: 'with half a document', reason: 'has broken off the connection' },
    { manner: 'with HTML', reason: 'has answered with something else than application/json' },
    { manner: 'with JSON that says it is text', reason: 'has answered with something else than application/json' },
    { manner: 'with no content type', reason: 'has answered with something else than application/json' },
    { manner: 'with HTML that says it is JSON', reason: 'has answered with something that is not JSON' },
    { manner: 'with nothing', reason: 'has answered with something that is not JSON' },
    { manner: 'with gzip', reason: 'has answered with a compressed document' },
    { manner: 'with Latin-1', reason: 'has answered with something else than UTF-8' },
    { manner: 'with another protocol', reason: 'has closed the connection' },
    { manner: 'with interim answers', reason: 'has sent more than 8 interim answers' },
    { manner: 'with a piece for each byte', reason: 'has sent more than 1024 KiB' },
    { manner: 'with no HTTP', reason: 'cannot be asked (HPE_INVALID_CONSTANT)' },
  ])('KEY-05, KEY-06: cannot be used where it comes $manner, and the reason shows nothing of it', async ({ manner, reason }) => {
    server.answers('jwks', manner);
    const message = await refusal(`${server.jwksUri}?secret-of-the-query`);
    expect(message).toContain(`${server.jwksUri} ${reason}`);
    expect(message).not.toContain('secret');
    expect(server.asked.other).toBe(0);
  });

  it('may come after a few interim ones', async () => {
    server.answers('jwks', 'with eight interim answers first');
    expect(await ask()).toMatchObject({ status: 200, json: { keys: [] } });
  });

  it('does not come from a server that is down', async () => {
    await server.goDown();
    expect(await refusal()).toBe(`${server.jwksUri} refuses connections`);
    await server.comeBack();
  });

  it.each([0, -1])('is not asked for where the time is over: %d s', async (timeout) => {
    const asked = portsAsked();
    expect(await refusal(server.jwksUri, { timeout })).toBe(`${server.jwksUri} is not asked: the time for it is over`);
    asked.stop();
    expect(asked.ports).toEqual([]);
  });

  it('is asked for without compression, and with what was given', async () => {
    await ask(server.jwksUri, { method: 'POST', headers: { authorization: 'Basic eA==', 'accept-encoding': 'gzip' }, body: 'token=x' });
    const { method, headers } = server.requests.at(-1) ?? { headers: {} };
    expect(method).toBe('POST');
    expect(headers).toMatchObject({ authorization: 'Basic eA==', 'accept-encoding': 'identity', accept: 'application/json', 'content-length': '7', connection: 'close' });
  });

  it('is never waited for by a name that nobody resolves', async () => {
    expect(await refusal('https://login.example.com/keys', { lookup: () => undefined })).toBe('https://login.example.com/keys has not answered in full in time');
  });

  it('is no error of a header that cannot be sent', async () => {
    const message = await refusal(server.jwksUri, { headers: { authorization: 'secret\r\nx: y' } });
    expect(message).toBe(`${server.jwksUri} cannot be asked (ERR_INVALID_CHAR)`);
  });
});

describe('KEY-07: An identity provider', () => {
  it.each([
    'ftp://login.example.com/', 'file:///etc/passwd', 'data:application/json,{}', 'http://login.example.com/', 'http://10.0.0.1/', 'http://[::ffff:127.0.0.1]/',
    'http://localhost.example.com/', 'http://127.0.0.1.example.com/', 'http://localhost./', 'https://user@login.example.com/', 'https://:secret@login.example.com/',
    'https://login.example.com/#keys', 'https://login.example.com/#', 'login.example.com', '//login.example.com', '',
  ])('is not asked at %s', async (url) => {
    expect(await refusal(url)).toMatch(/^a URL of the identity provider (?:is no|has a)/);
  });

  it('is not asked at a URL that nobody can read', async () => {
    expect(await refusal(`https://login.example.com/${'a'.repeat(2048)}`)).toContain('is not a URL');
  });

  it.each([
    '10.1.2.3', '172.31.255.255', '192.168.0.1', '100.64.0.1', 'fd12:3456::1', '::ffff:192.168.0.1', '64:ff9b::c0a8:1', '64:ff9b:1::1',
  ])('is not asked at a name that resolves to %s, but with privateNetwork', async (address) => {
    expect(await refusal('https://login.example.com:1/keys', { lookup: resolving(address) })).toBe('https://login.example.com:1/keys is at a private address');
    // Not by a connection: somebody may be there.
    expect(addressProblem('login.example.com', address, 'private')).toBeNull();
  });

  it.each([
    { host: 'login.example.com', address: '127.0.0.1' },
    { host: 'login.example.com', address: '127.1.2.3' },
    { host: 'login.example.com', address: '::1' },
    { host: 'login.example.com', address: '::ffff:127.0.0.1' },
    { host: 'login.example.com', address: '64:ff9b::7f00:1' },
    { host: 'localhost.', address: '127.0.0.1' },
    { host: 'this.localhost', address: '::1' },
  ])('is never asked on this machine by another name than those of loopback, at $host that resolves to $address', async ({ host, address }) => {
    for (const network of ['public', 'private'] as const) {
      expect(await refusal(`https://${host}/keys`, { network, lookup: resolving(address) })).toBe(`https://${host}/keys is at a loopback address`);
    }
  });

  it.each([
    '0.0.0.0', '0.1.2.3', '169.254.169.254', '224.0.0.1', '255.255.255.255', '240.0.0.1', '192.0.0.1', '100.100.100.200',
    '::', 'fe80::1', 'fe80::1%eth0', 'ff02::1', 'fd00:ec2::254', '::ffff:169.254.169.254', '::ffff:0.0.0.0', '::ffff:0:a9fe:a9fe', '64:ff9b::a9fe:a9fe', '64:ff9b::a9fe:a9fe%eth0', '2002:a9fe:a9fe::1', '::a9fe:a9fe',
  ])('is never asked at a name that resolves to %s', async (address) => {
    for (const network of ['public', 'private'] as const) {
      expect(await refusal('https://login.example.com/keys', { network, lookup: resolving(address) })).toContain('is at an address that no identity provider has');
    }
  });

  it('is not asked at a name of which one address only is good', async () => {
    expect(await refusal('https://login.example.com/', { lookup: resolving('192.0.2.1', '10.0.0.1') })).toContain('is at a private address');
  });

  it('is not asked at a localhost that is another machine', async () => {
    expect(await refusal(`http://localhost:1/`, { network: 'private', lookup: resolving('10.0.0.1') })).toContain('resolves to another machine');
  });

  it('is not found at a name without addresses', async () => {
    expect(await refusal('https://login.example.com/', { lookup: resolving() })).toContain('has no address');
  });

  it.each([
    'https://10.0.0.1/', 'https://[fd12::1]/', 'https://[::ffff:10.0.0.1]/', 'https://0x0a000001/', 'https://10.1/', 'https://012.0.0.1/', 'https://169.254.169.254/latest',
    'https://[fe80::1]/', 'https://0/', 'https://[::]/', 'https://[::ffff:7f00:1]/',
  ])('is not asked at %s, which no name has to be resolved for', async (url) => {
    expect(await refusal(url)).toMatch(/^the host of a URL of the identity provider is at/);
  });

  it.each(['https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://[64:ff9b::127.0.0.1]/'])('is not asked at %s with privateNetwork either, and the mend says how this machine is named', async (url) => {
    expect(await refusal(url, { network: 'private' })).toBe('the host of a URL of the identity provider is at a loopback address: name the host of the provider; this machine is localhost, 127.0.0.1 or [::1].');
  });

  it.each(['localhost', '127.0.0.1', '127.1'])('may be on this machine itself, at http://%s', async (host) => {
    expect((await ask(`http://${host}:${new URL(server.issuer).port}/keys`)).status).toBe(200);
  });

  it('speaks TLS where its URL says so', async () => {
    expect(await refusal(server.jwksUri.replace('http:', 'https:'))).toContain('has no certificate that is trusted, or speaks no TLS');
  });
});
