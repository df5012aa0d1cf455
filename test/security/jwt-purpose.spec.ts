import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, HTTPBearer, Scopes, Security } from 'nestjs-scopes';
import { claims, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken, strategyWith } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { publicKey } from '../support/tokens.js';

const now = () => Math.floor(Date.now() / 1000);
const bearer = new HTTPBearer();
const strategy = strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey, maxTokenAge: 3600 });

@Controller('me')
@Security(bearer)
class MeController {
  @Get()
  @Scopes('me')
  read() {
    return {};
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy }] })], controllers: [MeController] })
class PurposeApp {}

const OTHER_TOKENS = [
  { what: 'at_hash', because: 'ID tokens have it (OpenID Connect Core §3.1.3.6)', changes: { at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' } },
  { what: 'c_hash', because: 'ID tokens have it (OpenID Connect Core §3.3.2.11)', changes: { c_hash: 'LDktKdoQak3Pk0cnXxCltA' } },
  { what: 'events', because: 'logout and event tokens have it (RFC 8417 §2.2)', changes: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } } },
  { what: 'token_use: id', because: 'Cognito says so of ID tokens', changes: { token_use: 'id' } },
  { what: 'token_use: refresh', because: 'it is a refresh token', changes: { token_use: 'refresh' } },
  { what: 'a claim typ: ID', because: 'Keycloak says so of ID tokens', changes: { typ: 'ID' } },
  { what: 'a claim typ: Refresh', because: 'Keycloak says so of refresh tokens', changes: { typ: 'Refresh' } },
  { what: 'a claim typ: Offline', because: 'Keycloak says so of offline refresh tokens', changes: { typ: 'Offline' } },
  { what: 'a claim typ: Logout', because: 'Keycloak says so of logout tokens', changes: { typ: 'Logout' } },
  { what: 's_hash', because: 'ID tokens have it (FAPI 1.0 §5.1)', changes: { s_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' } },
  { what: 'nonce', because: 'ID tokens have it (OpenID Connect Core §2)', changes: { nonce: 'n-0S6_WzA2Mj' } },
  { what: 'nonce and a token_use: id', because: 'it says so twice', changes: { nonce: 'n-0S6_WzA2Mj', token_use: 'id' } },
  { what: 'a claim typ: Serialized-ID', because: 'Keycloak says so of ID tokens', changes: { typ: 'Serialized-ID' } },
  { what: 'a claim typ with a space behind it', because: 'it is none of the words for an access token', changes: { typ: 'Refresh ' } },
  { what: 'a claim typ that is a list', because: 'it is none of the words for an access token', changes: { typ: ['Bearer'] } },
  { what: 'token_type: refresh', because: 'it is a refresh token', changes: { token_type: 'refresh' } },
  { what: 'typ: Bearer and token_use: refresh', because: 'every word counts', changes: { typ: 'Bearer', token_use: 'refresh' } },
  { what: 'cnf.jkt', because: 'it is bound to a key of DPoP (RFC 9449 §6), which nobody has proved', changes: { cnf: { jkt: 'x' } } },
  { what: 'cnf.x5t#S256', because: 'it is bound to a certificate (RFC 8705 §3.1), which nobody has proved', changes: { cnf: { 'x5t#S256': 'x' } } },
];

const ACCESS_TOKENS = [
  { what: 'token_use: access', because: 'Cognito says so of access tokens', changes: { token_use: 'access' } },
  { what: 'a claim typ: Bearer', because: 'Keycloak says so of access tokens', changes: { typ: 'Bearer' } },
  { what: 'token_type: access', because: 'issuers say so of access tokens', changes: { token_type: 'access' } },
  { what: 'typ: Bearer and nonce', because: 'older versions of Keycloak send it', changes: { typ: 'Bearer', nonce: 'n-0S6_WzA2Mj' } },
  { what: 'nbf: 0', because: 'older providers send it for "since ever"', changes: { nbf: 0 } },
];

describe.each(ADAPTERS)('what a token is for, and for how long, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(PurposeApp, adapter);
  });
  afterAll(() => app.close());

  it.each(OTHER_TOKENS)('JWT-19, RFC 8725 §2.8: answers 401 invalid_token to a token with $what, because $because', async ({ changes }) => {
    expectInvalidToken(await app.get('/me', jws(header({ typ: 'JWT' }), claims(changes))));
  });

  it.each(ACCESS_TOKENS)('accepts a token with $what, because $because', async ({ changes }) => {
    expect((await app.get('/me', jws(header({ typ: 'JWT' }), claims(changes)))).status).toBe(200);
  });

  it('RFC 9068 §4: accepts a nonce in a token whose header says that it is an access token', async () => {
    expect((await app.get('/me', jws(header({ typ: 'at+jwt' }), claims({ nonce: 'n-0S6_WzA2Mj' })))).status).toBe(200);
  });

  it('JWT-07: accepts a token that lives for maxTokenAge, and answers 401 invalid_token to one that lives longer', async () => {
    const living = (seconds: number) => jws(header(), claims({ iat: now() - 10, exp: now() - 10 + seconds }));
    expect((await app.get('/me', living(3600))).status).toBe(200);
    expectInvalidToken(await app.get('/me', living(3601)));
    expectInvalidToken(await app.get('/me', living(86_400)));
  });

  it.each([{ iat: undefined, because: 'nobody knows how old it is' }, { iat: 0, because: 'it is no time of issue' }])('JWT-07: with maxTokenAge, answers 401 invalid_token to iat: $iat, because $because', async ({ iat }) => {
    expectInvalidToken(await app.get('/me', jws(header(), claims({ iat }))));
  });
});
