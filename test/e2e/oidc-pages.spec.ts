import type { AuthorizationServer } from 'oauth4webapi';
import { swaggerClient } from '../../apps/demo/src/oidc/create-oidc-app.js';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { JOHNDOE } from '../support/demo-app.js';
import { FormBrowser } from '../support/form-browser.js';
import type { FormPage } from '../support/form-browser.js';
import { API_CLIENT, APP, authorizationUrl, CHALLENGE, described, OPAQUE_API, startProvider, tokensOf } from '../support/identity-provider.js';

describe("the demo's OpenID provider", () => {
  let provider: IdentityProvider;
  let server: AuthorizationServer;
  let browser: FormBrowser;
  /** The page that asks who is there. */
  const loginPage = (parameters: Readonly<Record<string, string>> = {}): Promise<FormPage> =>
    browser.open(authorizationUrl(server, { scope: 'me items', ...CHALLENGE, ...parameters }));
  /** The page after that. */
  const consentPage = async (): Promise<FormPage> => browser.submit(await loginPage({ prompt: 'login' }), JOHNDOE);
  const valuesOf = ({ fields }: FormPage): readonly string[] => (fields ?? []).map(({ value }) => value);

  beforeAll(async () => {
    provider = await startProvider();
    server = await described(provider);
  });
  beforeEach(() => {
    browser = new FormBrowser();
  });
  afterAll(() => provider.close());

  it('describes itself, with codes and S256 as the only way to a token for a person', () => {
    expect(server).toMatchObject({ issuer: provider.issuer, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'] });
  });

  it.each([
    { username: 'johndoe', password: 'wrong', because: 'the password is wrong' },
    { username: 'nobody', password: 'secret', because: 'there is no such user' },
  ])('asks again where $because', async ({ username, password }) => {
    const again = await browser.submit(await loginPage(), { username, password });
    expect(again.status).toBe(400);
    expect(again.text).toContain('Incorrect username or password');
    expect(again.fields).toContainEqual({ name: 'username', value: username });
    expect((await browser.submit(again, JOHNDOE)).text).toContain('<h1>Consent</h1>');
  });

  it('shows what is asked for, and asks anew at the next authorization for what was refused', async () => {
    const consent = await consentPage();
    expect(valuesOf(consent)).toEqual(['me', 'items']);
    await browser.submit(consent, { scope: 'me' });
    const next = await consentPage();
    expect(next.text).toContain('<h1>Consent</h1>');
    expect(valuesOf(next)).toEqual(['me', 'items']);
  });

  it('grants nothing that the client did not ask for', async () => {
    const tokens = await tokensOf(provider, { scope: 'me' }, { ...JOHNDOE, consent: ['me', 'items', 'admin'] });
    expect(tokens.scope).toBe('me');
  });

  it.each([
    { step: 'cancels the login', description: 'cancelled', refuse: async () => browser.submit(await loginPage(), { cancel: 'yes' }) },
    { step: 'cancels the consent', description: 'cancelled', refuse: async () => browser.submit(await consentPage(), { cancel: 'yes' }) },
    { step: 'consents to nothing', description: 'nothing-granted', refuse: async () => browser.submit(await consentPage(), {}) },
  ])('tells the client access_denied where a person $step, and why in one word', async ({ description, refuse }) => {
    const { url } = await refuse();
    expect(url.href.startsWith(`${APP.redirect_uri}?`)).toBe(true);
    expect(url.searchParams.get('error')).toBe('access_denied');
    expect(url.searchParams.get('error_description')).toBe(description);
    expect(url.searchParams.get('code')).toBeNull();
  });

  it.each([
    { kind: 'another address to come back to', parameters: { redirect_uri: 'http://127.0.0.1/elsewhere' }, problem: 'redirect_uri' },
    { kind: 'an unknown client', parameters: { client_id: 'unknown' }, problem: 'client' },
  ] as readonly { kind: string; parameters: Readonly<Record<string, string>>; problem: string }[])('sends nobody anywhere with $kind', async ({ parameters, problem }) => {
    const page = await loginPage(parameters);
    expect(page.status).toBe(400);
    expect(page.url.origin).toBe(provider.issuer);
    expect(page.text).toContain(problem);
  });

  it.each([
    { port: 3000, host: 'localhost:3000' },
    { port: 80, host: '127.0.0.1' },
  ])('sends the Swagger page of port $port back to $host, as a browser writes it', async ({ port, host }) => {
    await provider.register(swaggerClient(port));
    const { status, text } = await loginPage({ client_id: 'swagger-ui', redirect_uri: `http://${host}/docs/oauth2-redirect.html` });
    expect({ status, text }).toEqual({ status: 200, text: expect.stringContaining('the Swagger page') });
  });

  it('wants PKCE', async () => {
    const { url } = await browser.open(authorizationUrl(server, { scope: 'me' }));
    expect(url.searchParams.get('error')).toBe('invalid_request');
  });

  it('answers 400 to a form of a login that another browser began, or that is over', async () => {
    const login = await loginPage();
    const ofAnother = await new FormBrowser().submit(login, JOHNDOE);
    await browser.submit(login, { cancel: 'yes' });
    for (const { status, text } of [ofAnother, await browser.submit(login, JOHNDOE)]) {
      expect(status).toBe(400);
      expect(text).toContain('This login is over. Close this window, and press Authorize again on the page that opened it.');
    }
  });

  it('writes what was typed as a user name as text', async () => {
    const { text } = await browser.submit(await loginPage(), { username: '"><script>', password: 'wrong' });
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(text).not.toContain('<script');
  });

  it('refuses a form that is too long', async () => {
    const answer = await browser.submit(await loginPage(), { username: 'a'.repeat(20_000), password: '' });
    expect(answer.status).toBe(413);
  });

  it('writes a name that a client has as text, on a page without scripts that nobody frames or stores', async () => {
    await provider.register({ client_id: 'odd', client_name: '<script>"&', token_endpoint_auth_method: 'none', redirect_uris: [APP.redirect_uri] });
    const { text, headers } = await loginPage({ client_id: 'odd' });
    expect(text).toContain('&lt;script&gt;&quot;&amp;');
    expect(text).not.toContain('<script');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    { origin: 'http://localhost:3000', allowed: true },
    { origin: 'http://127.0.0.1:3000', allowed: true },
    { origin: 'http://localhost:3001', allowed: false },
    { origin: 'null', allowed: false },
  ])('lets pages of $origin ask for tokens as the Swagger page of port 3000: $allowed', async ({ origin, allowed }) => {
    await provider.register(swaggerClient(3000));
    const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'swagger-ui', code: 'unknown', redirect_uri: 'http://localhost:3000/docs/oauth2-redirect.html', code_verifier: 'v'.repeat(43) });
    const answer = await fetch(String(server.token_endpoint), { method: 'POST', headers: { origin }, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed ? origin : null);
  });

  it('tells what an opaque token is to the API, and to nobody without a secret', async () => {
    const { access_token } = await tokensOf(provider, { scope: 'me', resource: OPAQUE_API });
    const introspect = async (fields: Readonly<Record<string, string>>): Promise<unknown> =>
      (await fetch(String(server.introspection_endpoint), { method: 'POST', body: new URLSearchParams({ token: access_token, ...fields }) })).json();
    expect(await introspect(API_CLIENT)).toMatchObject({ active: true, sub: 'johndoe', client_id: APP.client_id, scope: 'me', aud: OPAQUE_API, iss: provider.issuer });
    expect(await introspect({ client_id: APP.client_id })).toEqual({ active: false });
  });
});
