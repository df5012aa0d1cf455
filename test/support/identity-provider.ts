import * as oauth from 'oauth4webapi';
import { API, RESOURCES } from '../../apps/demo/src/oidc/api.js';
import { startIdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { JOHNDOE } from './demo-app.js';
import { FormBrowser } from './form-browser.js';

/** An API for which the provider issues tokens that only the provider can read. */
export const OPAQUE_API = 'https://demo.nestjs-scopes.example/opaque';
/** A client that keeps no secret. It comes back to a place where nobody listens: the tests read the address. */
export const APP = { client_id: 'app', redirect_uri: 'http://127.0.0.1/callback' } as const;
/** What the API itself is to the provider: it may introspect, and get tokens of its own. */
export const API_CLIENT = { client_id: 'api', client_secret: 'the secret of the API, as long as they get' } as const;
/** The example of RFC 7636 Appendix B, where nobody asks for a token. */
export const CHALLENGE = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' } as const;

/** A person at the provider: what they type, and what they let a client have. */
export interface Person {
  readonly username: string;
  readonly password: string;
  /** @defaultValue all that is asked for */
  readonly consent?: readonly string[];
}

/** What a client asks for. */
export interface Wish {
  readonly scope: string;
  /** @defaultValue the demo's API, whose tokens are JWTs */
  readonly resource?: string;
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out; the loopback interface needs no TLS
export const INSECURE = { [oauth.allowInsecureRequests]: true } as const;
const open = new Set<IdentityProvider>();
afterAll(() => Promise.all([...open].map((provider) => provider.close())));

/** The demo's provider on a free port, or again on the one of a provider that is closed; with new keys, the clients above and a second API. */
export async function startProvider(port = 0): Promise<IdentityProvider> {
  const resources = { ...RESOURCES, [OPAQUE_API]: { scopes: RESOURCES[API]?.scopes ?? {}, accessTokenFormat: 'opaque' } as const };
  const provider = await startIdentityProvider({ port, resources });
  await provider.register({
    client_id: APP.client_id,
    token_endpoint_auth_method: 'none',
    redirect_uris: [APP.redirect_uri],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  await provider.register({ ...API_CLIENT, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] });
  const closing = { ...provider, close: () => (open.delete(closing) ? provider.close() : Promise.resolve()) };
  open.add(closing);
  return closing;
}

/** The provider as it describes itself. */
export async function described({ issuer }: IdentityProvider): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, INSECURE));
}

/** The tokens that a client gets when a person logs in and consents: authorization code with PKCE, each step by HTTP. */
export async function tokensOf(provider: IdentityProvider, wish: Wish, person: Person = JOHNDOE): Promise<oauth.TokenEndpointResponse> {
  const [server, client, verifier, state] = [await described(provider), { client_id: APP.client_id }, oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
  const url = authorizationUrl(server, { ...wish, state, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
  const answered = oauth.validateAuthResponse(server, client, await comeBack(url, person), state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), answered, APP.redirect_uri, verifier, INSECURE);
  return oauth.processAuthorizationCodeResponse(server, client, response);
}

/** The token that the API itself gets, without a person. */
export async function clientToken(provider: IdentityProvider, wish: Wish): Promise<string> {
  const [server, client] = [await described(provider), { client_id: API_CLIENT.client_id }];
  const response = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(API_CLIENT.client_secret), { ...wish }, INSECURE);
  return (await oauth.processClientCredentialsResponse(server, client, response)).access_token;
}

/** Where a person is sent to. `prompt` asks for consent, without which there is no refresh token. */
export function authorizationUrl({ authorization_endpoint = '' }: oauth.AuthorizationServer, parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(authorization_endpoint);
  const all = { client_id: APP.client_id, redirect_uri: APP.redirect_uri, response_type: 'code', prompt: 'consent', ...parameters };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url;
}

/** Logs in and consents as a person does, and reads where the provider sends them back to. */
async function comeBack(start: URL, { username, password, consent }: Person): Promise<URL> {
  const browser = new FormBrowser();
  const login = await browser.open(start);
  const page = await browser.submit(login, { username, password });
  const asked = (page.fields ?? []).map(({ value }) => value).filter((scope) => scope !== '');
  return (await browser.submit(page, { scope: consent ?? asked })).url;
}
