import { realClock, stopDateAt } from '../support/fake-clock.js';
import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { expectInsufficientScope, expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS } from '../support/running-app.js';
import { AUDIENCE, ISSUER } from '../support/tokens.js';

const NOW = 1_900_000_000;
const OTHER = 'https://other.example.com';

const GOOD = [
  { what: 'token_type Bearer', claims: {}, because: 'it is what RFC 7662 §2.2 has' },
  { what: 'token_type bearer', claims: { token_type: 'bearer' }, because: 'the type has no case (RFC 6749 §5.1)' },
  { what: 'token_type access_token', claims: { token_type: 'access_token' }, because: 'Duende IdentityServer says so' },
  { what: 'typ Bearer', claims: { token_type: undefined, typ: 'Bearer' }, because: 'Keycloak says so' },
  { what: 'token_use access_token', claims: { token_use: 'access_token' }, because: 'Hydra says so' },
  { what: 'token_use access', claims: { token_type: undefined, token_use: 'access' }, because: 'it names an access token' },
  { what: 'typ at+jwt', claims: { token_type: undefined, typ: 'at+jwt' }, because: 'it is the type of RFC 9068' },
  { what: 'no exp', claims: { exp: undefined }, because: 'it is optional' },
  { what: 'no iss', claims: { iss: undefined }, because: 'it is optional' },
  { what: 'a list of audiences', claims: { aud: [OTHER, AUDIENCE] }, because: 'it holds ours' },
  { what: 'one second left', claims: { exp: NOW + 1 }, because: 'it has not expired' },
  { what: 'nbf within the tolerance', claims: { nbf: NOW + 5 }, because: 'clocks differ' },
  { what: 'iat within the tolerance', claims: { iat: NOW + 5 }, because: 'clocks differ' },
];

const REFUSED = [
  { what: 'the issuer of somebody else', claims: { iss: OTHER }, because: 'we trust one' },
  { what: 'our issuer with a slash', claims: { iss: `${ISSUER}/` }, because: 'it compares exactly' },
  { what: 'a list of issuers', claims: { iss: [ISSUER] }, because: 'it is a text' },
  { what: 'another audience', claims: { aud: OTHER }, because: 'it was issued for another API' },
  { what: 'no audience', claims: { aud: undefined }, because: 'nobody says that it is for us' },
  { what: 'an empty list of audiences', claims: { aud: [] }, because: 'nobody says that it is for us' },
  { what: 'a list with something that is no audience', claims: { aud: [AUDIENCE, 1] }, because: 'it is malformed' },
  { what: 'an audience that begins as ours', claims: { aud: `${AUDIENCE}.evil.example` }, because: 'it compares exactly' },
  { what: 'exp now', claims: { exp: NOW }, because: 'it has expired' },
  { what: 'exp in the past', claims: { exp: NOW - 1 }, because: 'it has expired' },
  { what: 'exp in milliseconds as text', claims: { exp: String(NOW + 600) }, because: 'it is a number' },
  { what: 'exp null', claims: { exp: null }, because: 'it is no time' },
  { what: 'exp 0', claims: { exp: 0 }, because: 'it has expired' },
  { what: 'nbf ahead', claims: { nbf: NOW + 6 }, because: 'it has not begun' },
  { what: 'iat ahead', claims: { iat: NOW + 6 }, because: 'it was issued in the future' },
  { what: 'a bound token (DPoP)', claims: { cnf: { jkt: 'x' } }, because: 'nobody proves the key (RFC 9449 §6)' },
  { what: 'a bound token (mutual TLS)', claims: { cnf: { 'x5t#S256': 'x' } }, because: 'nobody proves the key (RFC 8705 §3)' },
  { what: 'an empty cnf', claims: { cnf: {} }, because: 'it is bound to something (RFC 7800)' },
  { what: 'token_type DPoP', claims: { token_type: 'DPoP' }, because: 'it is no Bearer token' },
  { what: 'token_type N_A', claims: { token_type: 'N_A' }, because: 'it is no access token (RFC 8693 §2.2.1)' },
  { what: 'token_type refresh_token', claims: { token_type: 'refresh_token' }, because: 'JWT-19: it is a refresh token' },
  { what: 'no word about its kind', claims: { token_type: undefined }, because: 'JWT-19: oidc-provider says nothing of refresh tokens' },
  { what: 'token_use refresh_token beside Bearer', claims: { token_use: 'refresh_token' }, because: "JWT-19: it is Hydra's word for a refresh token" },
  { what: 'token_use id', claims: { token_use: 'id' }, because: 'JWT-19: it is an ID token' },
  { what: 'typ Refresh beside Bearer', claims: { typ: 'Refresh' }, because: "JWT-19: it is Keycloak's word for a refresh token" },
  { what: 'typ Offline', claims: { typ: 'Offline' }, because: "JWT-19: it is Keycloak's word for an offline token" },
  { what: 'typ ID', claims: { typ: 'ID' }, because: "JWT-19: it is Keycloak's word for an ID token" },
  { what: 'a list of types', claims: { token_type: ['Bearer'] }, because: 'it is a text' },
  { what: 'a type of null', claims: { token_type: null }, because: 'it is no type' },
  { what: 'a subject that is no text', claims: { sub: 1 }, because: 'validate() gets a text' },
  { what: 'an empty client_id', claims: { client_id: '' }, because: 'it names nobody' },
  { what: 'a username that is no text', claims: { username: {} }, because: 'validate() gets a text' },
  { what: 'a jti that is no text', claims: { jti: [] }, because: 'validate() gets a text' },
];

const GRANT_NOTHING = [
  { scope: ['me'], because: 'it is a text (RFC 7662 §2.2)' },
  { scope: undefined, because: 'there is none' },
  { scope: 'me  items', because: 'single spaces separate (RFC 6749 §3.3)' },
  { scope: 'ME', because: 'scopes have case' },
  { scope: 'me,items', because: 'it is one scope of another name' },
  { scope: { me: true }, because: 'it is a text' },
  { scope: null, because: 'it is a text' },
];

describe.each(ADAPTERS)('what a provider says of an active token, on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  beforeAll(async () => {
    server = await IntrospectionServer.start();
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url, cacheTtl: 0 });
  });
  afterAll(async () => {
    await app.close();
    await server.goDown();
  });
  beforeEach(() => { stopDateAt(NOW); });
  afterEach(realClock);

  it.each(GOOD)('accepts $what, because $because', async ({ claims }) => {
    server.reply = () => ({ body: activeToken(claims) });
    expect((await app.get('/', 'token')).status).toBe(200);
  });

  it.each(REFUSED)('answers 401 invalid_token for $what, because $because', async ({ claims }) => {
    server.reply = () => ({ body: activeToken(claims) });
    expectInvalidToken(await app.get('/', 'token'));
  });

  it.each(GRANT_NOTHING)('takes no scope "me" out of $scope, because $because', async ({ scope }) => {
    server.reply = () => ({ body: activeToken({ scope }) });
    expectInsufficientScope(await app.get('/', 'token'));
  });

  it('accepts any audience, and none, with acceptAnyAudience alone', async () => {
    const careless = await startIntrospectionApp(adapter, { introspectionUrl: server.url, cacheTtl: 0, audience: undefined, acceptAnyAudience: true });
    for (const aud of [undefined, OTHER]) {
      server.reply = () => ({ body: activeToken({ aud }) });
      expect((await careless.get('/', 'token')).status).toBe(200);
    }
    await careless.close();
  });

  it('accepts a token of unknown kind with acceptTokensOfUnknownType, and still no refresh token that says what it is', async () => {
    const careless = await startIntrospectionApp(adapter, { introspectionUrl: server.url, cacheTtl: 0, acceptTokensOfUnknownType: true });
    server.reply = () => ({ body: activeToken({ token_type: undefined }) });
    expect((await careless.get('/', 'token')).status).toBe(200);
    server.reply = () => ({ body: activeToken({ token_type: undefined, typ: 'Refresh' }) });
    expectInvalidToken(await careless.get('/', 'token'));
    await careless.close();
  });

  it('checks the claims of an answer that is used again', async () => {
    const caching = await startIntrospectionApp(adapter, { introspectionUrl: server.url });
    server.reply = () => ({ body: activeToken({ aud: OTHER }) });
    const before = server.requests.length;
    expectInvalidToken(await caching.get('/', 'token'));
    expectInvalidToken(await caching.get('/', 'token'));
    expect(server.requests.length - before).toBe(1);
    await caching.close();
  });
});
