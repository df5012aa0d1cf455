import { sign } from 'node:crypto';
import { claims, ec, ed25519, foreign, header, hmac, jws, rs256, rsa, signedWith, unsigned } from '../support/hostile-tokens.js';
import type { Signer } from '../support/hostile-tokens.js';
import { expectInvalidToken, JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { publicKey } from '../support/tokens.js';

const NOT_AN_ALGORITHM = [
  { alg: 'none', because: 'nobody vouches for the token (RFC 8725 §3.2)' },
  { alg: 'None', because: 'another spelling must not slip through' },
  { alg: 'NONE', because: 'another spelling must not slip through' },
  { alg: 'nOnE', because: 'another spelling must not slip through' },
  { alg: 'none ', because: 'another spelling must not slip through' },
  { alg: '', because: 'it names nothing' },
  { alg: undefined, because: 'RFC 7515 §4.1.1 requires it' },
  { alg: null, because: 'it is not a text' },
  { alg: 0, because: 'it is not a text' },
  { alg: true, because: 'it is not a text' },
  { alg: ['EdDSA'], because: 'a list is not a text, whatever is in it' },
  { alg: { EdDSA: 'EdDSA' }, because: 'an object is not a text' },
  { alg: 'eddsa', because: 'names of algorithms have case (RFC 7515 §4.1.1)' },
  { alg: 'Ed448', because: 'it is not the configured algorithm (RFC 8725 §3.1)' },
  { alg: 'ES256', because: 'it is not the configured algorithm (RFC 8725 §3.1)' },
  { alg: 'RS256', because: 'it is not the configured algorithm (RFC 8725 §3.1)' },
  { alg: 'dir', because: 'it is an algorithm of encryption' },
  { alg: '__proto__', because: 'it is a name that objects inherit' },
  { alg: 'constructor', because: 'it is a name that objects inherit' },
];

const ed25519Pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
const rsaPem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const rsaDer = rsa.publicKey.export({ format: 'der', type: 'spki' });
const ed25519Der = publicKey.export({ format: 'der', type: 'spki' });

/** What a public key looks like to whoever tries it as a secret. */
const CONFUSED = [
  { path: 'rs256', what: 'PEM', secret: rsaPem },
  { path: 'rs256', what: 'PEM without its last newline', secret: rsaPem.trimEnd() },
  { path: 'rs256', what: 'PEM behind white space', secret: ` \n${rsaPem}` },
  { path: 'rs256', what: 'PEM with CRLF', secret: rsaPem.replaceAll('\n', '\r\n') },
  { path: 'rs256', what: 'PKCS #1 PEM', secret: rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }) },
  { path: 'rs256', what: 'DER', secret: rsaDer },
  { path: 'rs256', what: 'DER in base64', secret: rsaDer.toString('base64') },
  { path: 'rs256', what: 'JWK', secret: JSON.stringify(rsa.publicKey.export({ format: 'jwk' })) },
  { path: 'rs256', what: 'modulus', secret: Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url') },
  { path: 'eddsa', what: 'PEM', secret: ed25519Pem },
  { path: 'eddsa', what: 'PEM behind white space', secret: ` \n${ed25519Pem}` },
  { path: 'eddsa', what: 'DER', secret: ed25519Der },
  { path: 'eddsa', what: 'DER in base64', secret: ed25519Der.toString('base64') },
  { path: 'eddsa', what: 'JWK', secret: JSON.stringify(publicKey.export({ format: 'jwk' })) },
  { path: 'eddsa', what: 'raw bytes', secret: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url') },
  { path: 'eddsa', what: 'absence, as an empty secret', secret: '' },
];

const OTHER_KEYS = [
  { path: 'eddsa', what: 'a key that nobody knows', because: 'it is not the configured one', token: () => jws(header(), claims(), signedWith(null, foreign.privateKey)) },
  { path: 'eddsa', what: 'the RSA key of another scheme', because: 'each scheme has one key', token: () => jws(header({ alg: 'RS256' }), claims(), rs256) },
  { path: 'rs256', what: 'the Ed25519 key of another scheme', because: 'each scheme has one key', token: () => jws(header(), claims(), ed25519) },
  { path: 'rs256', what: 'the RSA key with SHA-512', because: 'a key has one algorithm (RFC 8725 §3.1)', token: () => jws(header({ alg: 'RS512' }), claims(), signedWith('sha512', rsa.privateKey)) },
  { path: 'rs256', what: 'the RSA key with SHA-1', because: 'RS256 is with SHA-256', token: () => jws(header({ alg: 'RS256' }), claims(), signedWith('sha1', rsa.privateKey)) },
  { path: 'rs256', what: 'the RSA key with PSS padding', because: 'RS256 is with PKCS #1 v1.5 padding', token: () => jws(header({ alg: 'PS256' }), claims(), pss) },
  { path: 'hs256', what: 'a secret that nobody knows', because: 'it is not the configured one', token: () => jws(header({ alg: 'HS256' }), claims(), hmac('another-secret-of-32-bytes-------')) },
  { path: 'hs256', what: 'an empty secret', because: 'it is not the configured one', token: () => jws(header({ alg: 'HS256' }), claims(), hmac('')) },
  { path: 'hs256', what: 'nothing', because: 'an empty signature is none', token: () => jws(header({ alg: 'HS256' }), claims(), unsigned) },
];

const pss: Signer = (input) => sign('sha256', Buffer.from(input), { key: rsa.privateKey, padding: 6, saltLength: 32 });
const es256Token = (signature: Signer) => jws(header({ alg: 'ES256' }), claims(), signature);

/** Wycheproof's special cases of ECDSA. */
const ECDSA = [
  { what: 'with r and s zero', because: 'RFC 8725 §2.2 has such signatures forged', token: () => es256Token(() => Buffer.alloc(64)) },
  { what: 'with r and s the order of the curve', because: 'both are zero again in the field', token: () => es256Token(() => Buffer.concat([ORDER, ORDER])) },
  { what: 'in DER', because: 'JWS has r and s side by side (RFC 7518 §3.4)', token: () => es256Token((input) => sign('sha256', Buffer.from(input), ec.privateKey)) },
  { what: 'one byte too long', because: 'ES256 has 64 bytes', token: () => es256Token((input) => Buffer.concat([es(input), Buffer.alloc(1)])) },
  { what: 'one byte too short', because: 'ES256 has 64 bytes', token: () => es256Token((input) => es(input).subarray(0, 63)) },
  { what: 'that is empty', because: 'nobody signed', token: () => es256Token(unsigned) },
];
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const es = signedWith('sha256', ec.privateKey);

describe.each(ADAPTERS)('algorithms and keys of tokens on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(JwtApp.register(), adapter);
  });
  afterAll(() => app.close());

  describe.each(NOT_AN_ALGORITHM)('JWT-01: alg $alg is refused with 401 invalid_token, because $because', ({ alg }) => {
    it('without a signature', async () => {
      expectInvalidToken(await app.get('/eddsa', jws(header({ alg }), claims(), unsigned)));
    });

    it('with a signature by the right key', async () => {
      expectInvalidToken(await app.get('/eddsa', jws(header({ alg }), claims(), ed25519)));
    });
  });

  describe.each(CONFUSED)('JWT-02: the public key of /$path as a secret, in the form of $what, signs nothing', ({ path, secret }) => {
    it.each(['HS256', 'HS384', 'HS512'])('with alg %s', async (alg) => {
      const signer = hmac(secret, alg.replace('HS', 'sha'));
      expectInvalidToken(await app.get(`/${path}`, jws(header({ alg }), claims(), signer)));
    });

    it('with the alg of the scheme', async () => {
      const alg = path === 'rs256' ? 'RS256' : 'EdDSA';
      expectInvalidToken(await app.get(`/${path}`, jws(header({ alg }), claims(), hmac(secret))));
    });
  });

  it.each(OTHER_KEYS)('RFC 8725 §3.1: answers 401 invalid_token at /$path to a token signed with $what, because $because', async ({ path, token }) => {
    expectInvalidToken(await app.get(`/${path}`, token()));
  });

  it.each(ECDSA)('JWT-22: answers 401 invalid_token to an ES256 signature $what, because $because', async ({ token }) => {
    expectInvalidToken(await app.get('/es256', token()));
  });
});
