import * as oauth from 'oauth4webapi';
import { startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { API_CLIENT, APP, described, INSECURE, OPAQUE_API, startProvider, tokensOf } from '../support/identity-provider.js';
import { expectInsufficientScope, expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS } from '../support/running-app.js';

type Provider = Awaited<ReturnType<typeof startProvider>>;

describe.each(ADAPTERS)('IntrospectionStrategy with a certified provider, on %s', (adapter) => {
  let provider: Provider;
  let app: IntrospectionApp;
  const wish = { scope: 'openid offline_access me items', resource: OPAQUE_API };

  const apiWith = (options: Parameters<typeof startIntrospectionApp>[1]): Promise<IntrospectionApp> => {
    const { client_id: clientId, client_secret: clientSecret } = API_CLIENT;
    return startIntrospectionApp(adapter, { issuer: provider.issuer, audience: OPAQUE_API, clientId, clientSecret, cacheTtl: 0, ...options });
  };

  beforeAll(async () => {
    provider = await startProvider();
    app = await apiWith({});
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  it('lets a person in whose token it cannot read, with the scopes that they consented to', async () => {
    const { access_token: token } = await tokensOf(provider, wish);
    expect(token).not.toContain('.');
    const { status, json } = await app.get('/', token);
    expect({ status, user: json.user, scopes: json.scopes }).toEqual({ status: 200, user: { name: 'johndoe' }, scopes: ['me', 'items'] });
    expect(json.claims).toMatchObject({ active: true, iss: provider.issuer, aud: OPAQUE_API, client_id: APP.client_id, token_type: 'Bearer' });
  });

  it('answers 403 where they did not consent to the scope', async () => {
    const { access_token: token } = await tokensOf(provider, { ...wish, scope: 'items' });
    expectInsufficientScope(await app.get('/', token));
  });

  it('JWT-19: refuses a refresh token, which the provider calls active, too', async () => {
    const { refresh_token: token } = await tokensOf(provider, wish);
    const server = await described(provider);
    const client = { client_id: API_CLIENT.client_id };
    const response = await oauth.introspectionRequest(server, client, oauth.ClientSecretBasic(API_CLIENT.client_secret), token ?? '', INSECURE);
    expect((await oauth.processIntrospectionResponse(server, client, response)) as { active: boolean }).toMatchObject({ active: true });
    expectInvalidToken(await app.get('/', token));
  });

  it('refuses a token that was revoked', async () => {
    const { access_token: token } = await tokensOf(provider, wish);
    expect((await app.get('/', token)).status).toBe(200);
    const server = await described(provider);
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, { client_id: APP.client_id }, oauth.None(), token, INSECURE));
    expectInvalidToken(await app.get('/', token));
  });

  it('refuses a made-up token', async () => {
    expectInvalidToken(await app.get('/', 'mF_9.B5f-4.1JqM'));
  });

  it('refuses a token for another API', async () => {
    const other = await apiWith({ audience: 'https://other.example.com' });
    const { access_token: token } = await tokensOf(provider, wish);
    expectInvalidToken(await other.get('/', token));
    await other.close();
  });

  it('JWT-19: refuses an ID token, of which the provider says unsupported_token_type', async () => {
    expectInvalidToken(await app.get('/', (await tokensOf(provider, wish)).id_token));
  });

  it('answers 503 to everybody where the provider does not know its secret', async () => {
    const { access_token: token } = await tokensOf(provider, wish);
    const unknown = await apiWith({ clientSecret: 'another secret' });
    expect((await unknown.get('/', token)).status).toBe(503);
    expect((await app.get('/', token)).status).toBe(200);
    await unknown.close();
  });
});
