import { passTime, realClock, stopMonotonicClock } from '../../../../test/support/fake-clock.js';
import { KeyServer } from '../../../../test/support/key-server.js';
import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { discoveredEndpoint, endpointIn } from './discovery.js';

let server: KeyServer;
beforeEach(async () => { server = await KeyServer.start(); });
afterEach(() => server.goDown());

function discover(issuer = server.issuer, privateNetwork = false): Promise<string> {
  return discoveredEndpoint(issuer, 'jwks_uri', { network: privateNetwork ? 'private' : 'public', timeout: 0.5 });
}

async function refusal(issuer?: string, privateNetwork?: boolean): Promise<unknown> {
  return discover(issuer, privateNetwork).then(() => 'found', (reason: unknown) => reason);
}

describe('The metadata of an issuer', () => {
  it('OpenID Connect Discovery §4: names the URL of the keys', async () => {
    expect(await discover()).toBe(server.jwksUri);
    expect(server.asked).toEqual({ jwks: 0, openid: 1, oauth: 0, other: 0 });
  });

  it('names other endpoints', async () => {
    server.publish('openid', { issuer: server.issuer, introspection_endpoint: `${server.issuer}/introspect` });
    expect(await discoveredEndpoint(server.issuer, 'introspection_endpoint', { network: 'public', timeout: 1 })).toBe(`${server.issuer}/introspect`);
  });

  it.each(['/tenant', '/tenant/'])('RFC 8414 §3: is at the OAuth location of the issuer where OpenID Connect has none, of a path %s', async (path) => {
    const issuer = server.issuer + path;
    server.publish('oauth', { issuer, jwks_uri: server.jwksUri });
    expect(await discover(issuer)).toBe(server.jwksUri);
    expect(server.requests.map(({ path }) => path)).toEqual(['/tenant/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/tenant']);
  });

  it('RFC 8414 §3: is not looked for elsewhere because of an outage', async () => {
    server.publish('oauth', { issuer: server.issuer, jwks_uri: server.jwksUri });
    server.answers('openid', 'with 500');
    expect(await refusal()).toEqual(new ProviderUnavailable(`${server.issuer}/.well-known/openid-configuration has answered 500`));
    expect(server.fetches).toBe(1);
  });

  it('is missing where neither is there, which a provider that starts may mend', async () => {
    server.answers('openid', 'with 404');
    server.answers('oauth', 'with 404');
    const error = await refusal();
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error).not.toBeInstanceOf(ProviderContradiction);
    expect(String(error)).toContain('/.well-known/oauth-authorization-server has answered 404: give the issuer as the provider writes it, or jwksUri where it publishes no metadata');
  });

  it.each([
    { found: (issuer: string) => `${issuer}/`, mend: (issuer: string) => `write issuer: "${issuer}/", with the slash at the end` },
    { found: (issuer: string) => issuer.replace('http', 'HTTP'), mend: (issuer: string) => `write issuer: "${issuer.replace('http', 'HTTP')}" if that is the provider that you trust` },
    { found: (issuer: string) => `${issuer}/{tenantid}/v2.0`, mend: () => 'give the issuer of your own tenant' },
    { found: () => undefined, mend: () => 'give the issuer of a provider that publishes its metadata' },
    { found: (issuer: string) => [issuer], mend: () => 'give the issuer of a provider that publishes its metadata' },
  ])('KEY-08: is refused where its issuer is not the configured one in every character', async ({ found, mend }) => {
    const issuer = found(server.issuer);
    server.publish('openid', { issuer, jwks_uri: server.jwksUri });
    const error = (await refusal()) as ProviderContradiction;
    expect(error).toBeInstanceOf(ProviderContradiction);
    expect(error.problem).toBe(`${server.issuer}/.well-known/openid-configuration is of the issuer ${typeof issuer === 'string' ? JSON.stringify(issuer) : 'none'}, and "${server.issuer}" is configured`);
    expect(error.mend).toContain(mend(server.issuer));
  });

  it('KEY-08: says that the slash at the end is too much', async () => {
    expect(await refusal(`${server.issuer}/`)).toMatchObject({ mend: `write issuer: "${server.issuer}", without the slash at the end: the two must be equal in every character.` });
  });

  it('KEY-08: is refused with an issuer that is too deep to be shown', () => {
    const issuer: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const read = (): string => endpointIn({ issuer, jwks_uri: server.jwksUri }, 'https://id.example.com/metadata', server.issuer, 'jwks_uri', 'public');
    expect(read).toThrow(ProviderContradiction);
    expect(read).toThrow('https://id.example.com/metadata is of the issuer none, and');
  });

  it.each([
    { name: 'jwks_uri', option: 'jwksUri' },
    { name: 'introspection_endpoint', option: 'introspectionUrl' },
  ] as const)('names the option $option where metadata are missing, or have no $name', async ({ name, option }) => {
    const reason = async (): Promise<string> => String(await discoveredEndpoint(server.issuer, name, { network: 'public', timeout: 1 }).catch((error: unknown) => error));
    server.publish('openid', { issuer: server.issuer });
    expect(await reason()).toContain(`names no ${name}: give ${option}`);
    server.answers('openid', 'with 404');
    server.answers('oauth', 'with 404');
    expect(await reason()).toContain(`has answered 404: give the issuer as the provider writes it, or ${option} where`);
  });

  it('KEY-08: is refused with an issuer of which nothing unseen reaches the log', async () => {
    server.publish('openid', { issuer: 'a\nb\u009b31mc\u007f\u0085\u2028\u2029\u200e\u202e\u2066\u{e0041}\ud800z', jwks_uri: server.jwksUri });
    const { problem, mend } = (await refusal()) as ProviderContradiction;
    const shown = String.raw`"a\nb\u{9b}31mc\u{7f}\u{85}\u{2028}\u{2029}\u{200e}\u{202e}\u{2066}\u{e0041}\ud800z"`;
    expect(problem).toContain(`is of the issuer ${shown}, and`);
    expect(mend).toContain(`write issuer: ${shown} if`);
  });

  it('KEY-08: is refused with a long issuer, which is not shown', async () => {
    server.publish('openid', { issuer: 'x'.repeat(10_000), jwks_uri: server.jwksUri });
    expect(String(await refusal())).toContain('is of the issuer a text of 10000 characters');
  });

  it.each([
    { uri: undefined, problem: 'names no jwks_uri' },
    { uri: null, problem: 'is not a URL' },
    { uri: 5, problem: 'is not a URL' },
    { uri: '/keys', problem: 'is not a URL' },
    { uri: 'file:///etc/passwd', problem: 'is not an https URL' },
    { uri: 'http://login.example.com/keys', problem: 'is not an https URL' },
    { uri: 'https://user:secret@login.example.com/keys', problem: 'has a user name or password in it' },
    { uri: 'https://169.254.169.254/keys', problem: 'is at an address that no identity provider has' },
    { uri: 'https://10.0.0.1/keys', problem: 'is at a private address' },
  ])('KEY-07: is refused with the jwks_uri $uri', async ({ uri, problem }) => {
    server.publish('openid', { issuer: server.issuer, jwks_uri: uri });
    const error = await refusal();
    expect(error).toBeInstanceOf(ProviderContradiction);
    expect(String(error)).toContain(problem);
    expect(String(error)).not.toContain('secret');
  });

  it.each(['http://127.0.0.1/keys', 'https://localhost/keys', 'https://[::1]:8443/keys', 'https://127.1/keys'])('KEY-07: of another machine does not lead to this one, to %s', (url) => {
    for (const network of ['public', 'private'] as const) {
      const found = (issuer: string): string => endpointIn({ issuer, jwks_uri: url }, `${issuer}/metadata`, issuer, 'jwks_uri', network);
      expect(() => found('https://login.example.com')).toThrow('jwks_uri of https://login.example.com/metadata leads to this machine itself');
      expect(found('http://localhost:8080')).toBe(url);
    }
  });

  it.each(['with HTML', 'with a redirect', 'never', 'with 50 MiB'] as const)('KEY-05, KEY-06: is not known where it comes %s', async (manner) => {
    server.answers('openid', manner);
    expect(await refusal()).toBeInstanceOf(ProviderUnavailable);
    expect(server.fetches).toBe(1);
  });

  it('KEY-04: is waited for no longer than the timeout, over both locations', async () => {
    stopMonotonicClock();
    server.answers('openid', 'with 404');
    server.answers('oauth', 'never');
    server.onAsked = () => { passTime(60); };
    const error = await discoveredEndpoint(server.issuer, 'jwks_uri', { network: 'public', timeout: 60 }).catch((reason: unknown) => reason);
    realClock();
    expect(String(error)).toContain('/.well-known/oauth-authorization-server is not asked: the time for it is over');
    expect(server.asked).toEqual({ jwks: 0, openid: 1, oauth: 0, other: 0 });
  });

  it('is a JSON object', async () => {
    for (const document of [null, [], 'text', 5]) {
      server.publish('openid', document);
      expect(String(await refusal())).toContain('something else than a JSON object');
    }
  });
});
