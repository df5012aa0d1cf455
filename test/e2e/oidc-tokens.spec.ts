import { DocumentBuilder } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { assertSecurityContract } from 'nestjs-scopes/testing';
import type { TokenEndpointResponse } from 'oauth4webapi';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { ALICE, JOHNDOE } from '../support/demo-app.js';
import { clientToken, OPAQUE_API, startProvider, tokensOf } from '../support/identity-provider.js';
import { startOidcDemo } from '../support/oidc-demo.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const PROFILE = { username: 'johndoe', full_name: 'John Doe', email: 'johndoe@example.com', disabled: false };
const ITEMS = [{ item_id: 'Foo', owner: 'johndoe' }];
const OK = { status: 'ok' };
const LACKS_SCOPE = { statusCode: 403, message: 'Not enough permissions', error: 'Forbidden' };

const lacks = (scope: string): readonly string[] => [`Bearer realm="api", error="insufficient_scope", scope="${scope}"`];

const CALLS = [
  { path: '/status', asked: 'openid', consent: [], status: 200, challenges: [], body: OK, because: 'a token is all that is asked for' },
  { path: '/users/me', asked: 'openid', consent: [], status: 403, challenges: lacks('me'), body: LACKS_SCOPE, because: 'the client did not ask for me' },
  { path: '/users/me', asked: 'me items', consent: ['me'], status: 200, challenges: [], body: PROFILE, because: 'me is all that is asked for' },
  { path: '/users/me/items', asked: 'me items', consent: ['me'], status: 403, challenges: lacks('items me'), body: LACKS_SCOPE, because: 'the person refused items' },
  { path: '/users/me/items', asked: 'me items', consent: ['me', 'items'], status: 200, challenges: [], body: ITEMS, because: 'the person consented to both' },
];

/** What else the provider, or another one, signs or hands out. */
const REFUSED: readonly { kind: string; because: string; token: (all: TokenEndpointResponse, provider: IdentityProvider) => Promise<string | undefined> | string | undefined }[] = [
  { kind: 'an ID token', because: 'it says who logged in to a client, and gives access to nothing (JWT-19)', token: ({ id_token }) => id_token },
  { kind: 'a refresh token', because: 'it is for the provider alone', token: ({ refresh_token }) => refresh_token },
  { kind: 'an opaque token for another API', because: 'it is no JWT', token: async (_all, provider) => (await tokensOf(provider, { scope: 'me items', resource: OPAQUE_API })).access_token },
  { kind: 'a token of the API itself', because: 'its subject is a client and no user', token: (_all, provider) => clientToken(provider, { scope: 'me items' }) },
  { kind: 'a token of another provider', because: 'the issuer is another, and so is the key', token: async () => (await tokensOf(await startProvider(), { scope: 'me items' })).access_token },
];

describe.each(ADAPTERS)('the demo behind an OpenID provider, on %s', (adapter) => {
  let provider: IdentityProvider;
  let demo: RunningApp;
  let all: TokenEndpointResponse;

  beforeAll(async () => {
    provider = await startProvider();
    demo = await startOidcDemo(adapter, provider);
    all = await tokensOf(provider, { scope: 'openid offline_access me items' });
  });
  afterAll(async () => {
    await demo.close();
    await provider.close();
  });

  it.each(CALLS)('answers $status to GET $path where a client asks for "$asked" and a person consents to $consent: $because', async ({ path, asked, consent, status, challenges, body }) => {
    const tokens = await tokensOf(provider, { scope: asked }, { ...JOHNDOE, consent });
    expect(tokens.scope ?? '').toBe(consent.join(' '));
    const answer = await demo.get(path, tokens.access_token);
    expect(answer.status).toBe(status);
    expect(answer.challenges).toEqual(challenges);
    expect(answer.json).toEqual(body);
  });

  it('answers to the token that also comes with an ID token and a refresh token', async () => {
    expect((await demo.get('/users/me/items', all.access_token)).json).toEqual(ITEMS);
  });

  it.each(REFUSED)('answers 401 invalid_token to $kind: $because', async ({ token }) => {
    const bearer = await token(all, provider);
    expect(bearer).toEqual(expect.any(String));
    const answer = await demo.get('/status', bearer);
    expect(answer.status).toBe(401);
    expect(answer.challenges).toEqual(['Bearer realm="api", error="invalid_token"']);
    expect(answer.json).toEqual({ statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' });
  });

  it('tells a disabled user that she is inactive, whom the provider let in', async () => {
    const { access_token } = await tokensOf(provider, { scope: 'me items' }, ALICE);
    expect((await demo.get('/status', access_token)).json).toEqual(OK);
    expect((await demo.get('/users/me', access_token)).json).toEqual({ statusCode: 400, message: 'Inactive user', error: 'Bad Request' });
  });

  it('documents the answer to her where it is given', async () => {
    const { paths } = (await demo.get('/openapi.json')).json;
    const documented = Object.keys(paths).filter((path) => paths[path].get.responses['400'] !== undefined);
    expect(documented).toEqual(['/users/me', '/users/me/items']);
  });

  it('documents where the provider is, and the same security as with tokens of its own', async () => {
    const { paths, components } = (await demo.get('/openapi.json')).json;
    const security = Object.fromEntries(Object.keys(paths).map((path) => [path, paths[path].get.security]));
    expect(security).toEqual({
      '/users/me': [{ OAuth2AuthorizationCodeBearer: ['me'] }],
      '/users/me/items': [{ OAuth2AuthorizationCodeBearer: ['items', 'me'] }],
      '/status': [{ OAuth2AuthorizationCodeBearer: [] }],
    });
    const { issuer } = provider;
    const scopes = { me: 'Read information about the current user.', items: 'Read items.' };
    const authorizationCode = { authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, scopes };
    expect(components.securitySchemes).toEqual({ OAuth2AuthorizationCodeBearer: { type: 'oauth2', flows: { authorizationCode } } });
  });

  it('does what its document says', async () => {
    const document = createSecureDocument(demo.app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
    const { operations, requests, untested } = await assertSecurityContract(demo.app, document);
    expect({ operations, untested }).toEqual({ operations: 3, untested: [] });
    expect(requests).toBeGreaterThan(3 * operations);
  });

  it('sends a browser from /docs to /docs/, beside which its page finds the one to come back to', async () => {
    const answer = await demo.get('/docs');
    expect(answer.status).toBe(307);
    expect(answer.headers['location']).toBe('/docs/');
    expect((await demo.get('/docs/')).text).toContain('<div id="swagger-ui">');
    expect((await demo.get('/docs/oauth2-redirect.html')).status).toBe(200);
  });
});
