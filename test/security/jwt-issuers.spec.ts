import { generateKeyPairSync } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, HTTPBearer, JwtStrategy, Scopes, Security } from 'nestjs-scopes';
import type { AccessTokenClaims, JwtIssuerOptions, Principal } from 'nestjs-scopes';
import { claims, ec, ed25519, es256, header, hmac, jws, rs256, rsa, SECRET, signedWith } from '../support/hostile-tokens.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { publicKey } from '../support/tokens.js';

const second = generateKeyPairSync('ed25519');

/** Four issuers, each with an audience, keys and algorithms of its own. */
const ISSUERS: readonly JwtIssuerOptions[] = [
  { issuer: 'https://a.example.com', audience: 'api-of-a', algorithms: ['EdDSA'], secretOrKey: publicKey },
  {
    issuer: 'https://b.example.com', audience: 'api-of-b', algorithms: ['EdDSA', 'RS256', 'ES256'], scopeClaims: ['permissions'],
    jwks: { keys: [named(second.publicKey, 'second'), named(rsa.publicKey, 'rsa'), named(ec.publicKey, 'ec')] },
  },
  { issuer: 'https://e.example.com', audience: 'api-of-e', algorithms: ['Ed25519'], jwks: { keys: [{ ...named(second.publicKey, 'second'), alg: 'Ed25519' }] } },
  { issuer: 'https://c.example.com', audience: 'client-of-c', audienceClaim: 'client_id', algorithms: ['HS256'], secretOrKey: SECRET },
];

function named(key: typeof publicKey, kid: string): Record<string, unknown> {
  return { ...key.export({ format: 'jwk' }), kid };
}

class IssuersStrategy extends JwtStrategy {
  constructor() {
    super({ issuers: ISSUERS });
  }
  validate({ iss, sub }: AccessTokenClaims): unknown {
    return { name: `${sub} of ${iss}` };
  }
}

const bearer = new HTTPBearer();

@Controller('me')
@Security(bearer)
class MeController {
  @Get()
  @Scopes('me')
  read(@CurrentPrincipal() { user, scopes }: Principal) {
    return { user, scopes };
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy: IssuersStrategy }] })], controllers: [MeController] })
class IssuersApp {}

const a = { iss: 'https://a.example.com', aud: 'api-of-a' };
const b = { iss: 'https://b.example.com', aud: 'api-of-b', scope: undefined, permissions: ['me'] };
const c = { iss: 'https://c.example.com', aud: undefined, client_id: 'client-of-c' };
const e = { iss: 'https://e.example.com', aud: 'api-of-e' };
const bySecond = signedWith(null, second.privateKey);

const GOOD = [
  { what: 'of A, signed by A', token: () => jws(header(), claims(a)) },
  { what: 'of B, signed by one of its keys', token: () => jws(header({ kid: 'second' }), claims(b), bySecond) },
  { what: 'of B, signed by another one with another algorithm', token: () => jws(header({ alg: 'RS256', kid: 'rsa' }), claims(b), rs256) },
  { what: 'of B, without a kid where one key has the algorithm', token: () => jws(header({ alg: 'ES256' }), claims(b), es256) },
  { what: 'of E, with the name that RFC 9864 §2.2 gives the algorithm', token: () => jws(header({ alg: 'Ed25519', kid: 'second' }), claims(e), bySecond) },
  { what: 'of C, for the client in client_id', token: () => jws(header({ alg: 'HS256' }), claims(c), hmac(SECRET)) },
];

const CROSSED = [
  { what: 'of A, signed by B', because: "B's key says nothing of A's tokens", token: () => jws(header({ kid: 'second' }), claims(a), bySecond) },
  { what: 'of B, signed by A', because: "A's key says nothing of B's tokens", token: () => jws(header({ kid: 'second' }), claims(b), ed25519) },
  { what: 'of B, signed by A, without a kid', because: "A's key says nothing of B's tokens", token: () => jws(header(), claims(b), ed25519) },
  { what: 'of A, with an algorithm of B', because: 'the algorithms are those of the issuer', token: () => jws(header({ alg: 'RS256', kid: 'rsa' }), claims(a), rs256) },
  { what: "of A, signed with C's secret", because: 'the algorithms are those of the issuer', token: () => jws(header({ alg: 'HS256' }), claims(a), hmac(SECRET)) },
  { what: "of C, signed with A's key", because: 'the algorithms are those of the issuer', token: () => jws(header(), claims(c)) },
  { what: "of C, signed with B's public key as a secret", because: 'only the secret of C signs for C', token: () => jws(header({ alg: 'HS256' }), claims(c), hmac(rsa.publicKey.export({ format: 'pem', type: 'spki' }))) },
  { what: 'of A, for the audience of B', because: 'each issuer has its audience', token: () => jws(header(), claims({ ...a, aud: 'api-of-b' })) },
  { what: 'of C, for another client', because: 'the client is the audience', token: () => jws(header({ alg: 'HS256' }), claims({ ...c, client_id: 'another' }), hmac(SECRET)) },
  { what: 'of C, with the client in aud', because: 'client_id names the audience', token: () => jws(header({ alg: 'HS256' }), claims({ ...c, client_id: undefined, aud: 'client-of-c' }), hmac(SECRET)) },
  { what: 'of B, with the kid of its RSA key and its Ed25519 signature', because: 'a key has one algorithm', token: () => jws(header({ kid: 'rsa' }), claims(b), bySecond) },
  { what: 'of B, with an unknown kid', because: 'B has no such key', token: () => jws(header({ kid: 'third' }), claims(b), bySecond) },
  { what: 'of E, with the other name of its algorithm', because: 'a key has one algorithm', token: () => jws(header({ kid: 'second' }), claims(e), bySecond) },
  { what: 'of nobody', because: 'no key is for it', token: () => jws(header(), claims({ ...a, iss: 'https://d.example.com' })) },
  { what: 'of a name that maps inherit', because: 'no key is for it', token: () => jws(header(), claims({ ...a, iss: 'constructor' })) },
  { what: 'of A and B', because: 'an issuer is one text (CVE-2025-30144)', token: () => jws(header(), claims({ ...a, iss: [a.iss, b.iss] })) },
];

describe.each(ADAPTERS)('several issuers on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(IssuersApp, adapter);
  });
  afterAll(() => app.close());

  it.each(GOOD)('JWT-10: accepts a token $what', async ({ token }) => {
    const { status, json } = await app.get('/me', token());
    expect({ status, scopes: json.scopes }).toEqual({ status: 200, scopes: ['me'] });
  });

  it.each(CROSSED)('JWT-10, RFC 8725 §3.8: answers 401 invalid_token to a token $what, because $because', async ({ token }) => {
    expectInvalidToken(await app.get('/me', token()));
  });

  it('RFC 8693 §4.2: takes the scopes from where this issuer has them', async () => {
    const { status } = await app.get('/me', jws(header({ kid: 'second' }), claims({ ...b, permissions: undefined, scope: 'me' }), bySecond));
    expect(status).toBe(403);
  });
});
