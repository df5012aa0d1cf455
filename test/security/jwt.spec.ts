import { claims, ed25519, es256, encoded, header, hmac, jws, rs256, SECRET } from '../support/hostile-tokens.js';
import { expectInvalidToken, JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE } from '../support/tokens.js';

const now = () => Math.floor(Date.now() / 1000);

const GOOD = [
  { path: 'eddsa', what: 'typ at+jwt', because: 'RFC 9068 §2.1 names it', token: () => jws(header(), claims()) },
  { path: 'eddsa', what: 'typ application/at+jwt', because: 'RFC 7515 §4.1.9 allows the whole media type', token: () => jws(header({ typ: 'application/at+jwt' }), claims()) },
  { path: 'eddsa', what: 'typ AT+JWT', because: 'media types have no case (RFC 7515 §4.1.9)', token: () => jws(header({ typ: 'AT+JWT' }), claims()) },
  { path: 'eddsa', what: 'typ JWT', because: 'common identity providers send it', token: () => jws(header({ typ: 'JWT' }), claims()) },
  { path: 'eddsa', what: 'no typ', because: 'RFC 7519 §5.1 leaves it optional', token: () => jws(header({ typ: undefined }), claims()) },
  { path: 'eddsa', what: 'a kid', because: 'there is one key, whatever it is called', token: () => jws(header({ kid: 'k1' }), claims()) },
  { path: 'eddsa', what: 'an unknown header parameter', because: 'RFC 7515 §4 has it ignored', token: () => jws(header({ note: 1 }), claims()) },
  { path: 'eddsa', what: 'aud as a list', because: 'RFC 7519 §4.1.3 allows one', token: () => jws(header(), claims({ aud: ['https://other.example.com', AUDIENCE] })) },
  { path: 'eddsa', what: 'no iat, jti and client_id', because: 'the profile "jwt" leaves them optional', token: () => jws(header(), claims({ iat: undefined, jti: undefined, client_id: undefined })) },
  { path: 'eddsa', what: 'nbf in the past', because: 'it may be used since then', token: () => jws(header(), claims({ nbf: now() - 1 })) },
  { path: 'eddsa', what: 'members in another order and with white space', because: 'JSON has no canonical form', token: () => jws('{ "typ":"at+jwt" ,\n "alg":"EdDSA"}', JSON.stringify(claims(), null, 2)) },
  { path: 'rfc9068', what: 'all required claims', because: 'RFC 9068 §2.2 wants no more', token: () => jws(header(), claims()) },
  { path: 'rfc9068', what: 'typ application/at+jwt', because: 'RFC 9068 §4 allows both forms', token: () => jws(header({ typ: 'application/at+jwt' }), claims()) },
  { path: 'audiences', what: 'one of two configured audiences', because: 'one is enough (RFC 7519 §4.1.3)', token: () => jws(header(), claims()) },
  { path: 'rs256', what: 'an RS256 signature', because: 'the key and the algorithm are the configured ones', token: () => jws(header({ alg: 'RS256' }), claims(), rs256) },
  { path: 'es256', what: 'an ES256 signature', because: 'the key and the algorithm are the configured ones', token: () => jws(header({ alg: 'ES256' }), claims(), es256) },
  { path: 'hs256', what: 'an HS256 signature', because: 'the key and the algorithm are the configured ones', token: () => jws(header({ alg: 'HS256' }), claims(), hmac(SECRET)) },
];

const FORGED = [
  { what: 'a signature with one bit turned', because: 'it is another signature', token: () => withPart(2, (part) => Buffer.from(part, 'base64url').map((byte, index) => (index === 0 ? byte ^ 1 : byte))) },
  { what: 'a signature that is one byte short', because: 'Ed25519 has 64 bytes (RFC 8032 §5.1.6)', token: () => withPart(2, (part) => Buffer.from(part, 'base64url').subarray(1)) },
  { what: 'a signature of 64 zero bytes', because: 'nobody signed', token: () => withPart(2, () => Buffer.alloc(64)) },
  { what: 'another subject under the old signature', because: 'the payload is signed', token: () => withPart(1, () => JSON.stringify(claims({ sub: 'admin' }))) },
  { what: 'more scopes under the old signature', because: 'the payload is signed', token: () => withPart(1, () => JSON.stringify(claims({ scope: 'me admin' }))) },
  { what: 'another header under the old signature', because: 'the header is signed', token: () => withPart(0, () => JSON.stringify(header({ kid: 'x' }))) },
  { what: 'the signature of another token', because: 'it belongs to other claims', token: () => `${encoded(header())}.${encoded(claims({ sub: 'admin' }))}.${good().split('.')[2] ?? ''}` },
];

function good(): string {
  return jws(header(), claims(), ed25519);
}

function withPart(index: number, change: (part: string) => string | Uint8Array): string {
  const parts = good().split('.');
  parts[index] = Buffer.from(change(parts[index] ?? '')).toString('base64url');
  return parts.join('.');
}

describe.each(ADAPTERS)('access tokens on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(JwtApp.register(), adapter);
  });
  afterAll(() => app.close());

  it.each(GOOD)('RFC 7519 §7.2: accepts a token with $what at /$path, because $because', async ({ path, token }) => {
    const { status, challenges, json } = await app.get(`/${path}`, token());
    expect({ status, challenges, user: json.user, scopes: json.scopes }).toEqual({ status: 200, challenges: [], user: { name: 'johndoe' }, scopes: ['me'] });
  });

  it.each(FORGED)('RFC 7515 §5.2: answers 401 invalid_token to $what, because $because', async ({ token }) => {
    expectInvalidToken(await app.get('/eddsa', token()));
  });
});
