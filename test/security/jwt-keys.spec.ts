import { SignJWT } from 'jose';
import type { JwtAlgorithm, JwtIssuerOptions } from 'nestjs-scopes';
import { createPrivateKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { claims, ec, rsa, SECRET } from '../support/hostile-tokens.js';
import { strategyWith } from '../support/jwt-app.js';
import { keyMistakes } from '../support/key-mistakes.js';
import { selfSigned } from '../support/self-signed.js';
import { privateKey, publicKey } from '../support/tokens.js';

function keyPair(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).publicKey;
}

function jwk(key: KeyObject, changes: object = {}): JsonWebKey {
  return { ...key.export({ format: 'jwk' }), ...changes };
}

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const rsaOf2047 = generateKeyPairSync('rsa', { modulusLength: 2047 }).publicKey;
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
const [p384, p521] = [generateKeyPairSync('ec', { namedCurve: 'P-384' }), generateKeyPairSync('ec', { namedCurve: 'P-521' })];
const certified = selfSigned('id.example.com');
const rsaWithExponent3 = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey;

/** `signing`: what the issuer has where this is not the secret of the other rows. */
const ACCEPTED: readonly { algorithm: JwtAlgorithm; what: string; key: unknown; signing?: string | KeyObject }[] = [
  { algorithm: 'HS256', what: 'a text of 32 bytes', key: SECRET },
  { algorithm: 'HS256', what: '32 bytes', key: Buffer.from(SECRET) },
  { algorithm: 'HS256', what: 'a KeyObject', key: createSecretKey(SECRET, 'utf8') },
  { algorithm: 'HS256', what: 'a JWK that says what it is for', key: { kty: 'oct', alg: 'HS256', use: 'sig', key_ops: ['sign', 'verify'], k: Buffer.from(SECRET).toString('base64url') } },
  { algorithm: 'HS256', what: 'a text that begins as JSON does', key: '{[9n3+Qv!x0PzR7#kLw2$YtB5&mHs8*Jd', signing: '{[9n3+Qv!x0PzR7#kLw2$YtB5&mHs8*Jd' },
  { algorithm: 'HS256', what: 'a JWK', key: { kty: 'oct', k: Buffer.from(SECRET).toString('base64url') } },
  { algorithm: 'HS384', what: 'a text of 48 bytes', key: 's'.repeat(48), signing: 's'.repeat(48) },
  { algorithm: 'HS512', what: 'a text of 64 bytes', key: 's'.repeat(64), signing: 's'.repeat(64) },
  { algorithm: 'EdDSA', what: 'a KeyObject', key: publicKey, signing: privateKey },
  { algorithm: 'EdDSA', what: 'PEM', key: pem(publicKey), signing: privateKey },
  { algorithm: 'EdDSA', what: 'PEM behind white space', key: ` \n${pem(publicKey)}`, signing: privateKey },
  { algorithm: 'EdDSA', what: 'a JWK', key: jwk(publicKey, { use: 'sig', alg: 'EdDSA', key_ops: ['verify'] }), signing: privateKey },
  { algorithm: 'Ed25519', what: 'PEM', key: pem(publicKey), signing: privateKey },
  { algorithm: 'RS256', what: 'PEM', key: pem(rsa.publicKey), signing: rsa.privateKey },
  { algorithm: 'RS384', what: 'a KeyObject', key: rsa.publicKey, signing: rsa.privateKey },
  { algorithm: 'RS512', what: 'a JWK', key: jwk(rsa.publicKey), signing: rsa.privateKey },
  { algorithm: 'PS256', what: 'a KeyObject', key: rsa.publicKey, signing: rsa.privateKey },
  { algorithm: 'PS384', what: 'a JWK', key: jwk(rsa.publicKey), signing: rsa.privateKey },
  { algorithm: 'PS512', what: 'PEM', key: pem(rsa.publicKey), signing: rsa.privateKey },
  { algorithm: 'ES256', what: 'a JWK', key: jwk(ec.publicKey), signing: ec.privateKey },
  { algorithm: 'ES256', what: 'an X.509 certificate', key: certified.cert, signing: createPrivateKey(certified.key) },
  { algorithm: 'ES256', what: 'an X.509 certificate in bytes', key: Buffer.from(certified.cert), signing: createPrivateKey(certified.key) },
  { algorithm: 'ES384', what: 'PEM', key: pem(p384.publicKey), signing: p384.privateKey },
  { algorithm: 'ES512', what: 'PEM', key: pem(p521.publicKey), signing: p521.privateKey },
];

const WEAK = [
  { algorithm: 'HS256', what: 'a secret of 31 bytes', key: SECRET.slice(1), because: 'RFC 7518 §3.2 wants 32' },
  { algorithm: 'HS384', what: 'a secret of 47 bytes', key: 's'.repeat(47), because: 'RFC 7518 §3.2 wants 48' },
  { algorithm: 'HS512', what: 'a secret of 63 bytes', key: 's'.repeat(63), because: 'RFC 7518 §3.2 wants 64' },
  { algorithm: 'HS256', what: 'a KeyObject of 31 bytes', key: createSecretKey(SECRET.slice(1), 'utf8'), because: 'RFC 7518 §3.2 wants 32' },
  { algorithm: 'HS256', what: 'a JWK of 31 bytes', key: { kty: 'oct', k: Buffer.from(SECRET.slice(1)).toString('base64url') }, because: 'RFC 7518 §3.2 wants 32' },
  { algorithm: 'RS256', what: 'an RSA key of 1024 bits', key: pem(weakRsa), because: 'RFC 7518 §3.3 wants 2048' },
  { algorithm: 'RS256', what: 'an RSA key of 2047 bits', key: rsaOf2047, because: 'RFC 7518 §3.3 wants 2048' },
  { algorithm: 'PS256', what: 'an RSA key of 1024 bits', key: jwk(weakRsa), because: 'RFC 7518 §3.5 wants 2048' },
  { algorithm: 'RS256', what: 'an RSA key with the exponent 3', key: rsaWithExponent3, because: 'a small exponent has been broken' },
  { algorithm: 'HS256', what: "the secret of FastAPI's tutorial", key: '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7', because: 'everybody knows it' },
  { algorithm: 'HS256', what: "the secret of FastAPI's tutorial, decoded", key: Buffer.from('09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7', 'hex'), because: 'everybody knows it' },
  { algorithm: 'RS256', what: 'an RSA key with an even exponent', key: jwk(rsa.publicKey, { e: 'AQAC' }), because: 'it cannot be inverted' },
];

const OTHER_KINDS = [
  { algorithm: 'EdDSA', what: 'an RSA key', key: rsa.publicKey, because: 'they do not belong together' },
  { algorithm: 'EdDSA', what: 'an Ed448 key', key: generateKeyPairSync('ed448').publicKey, because: 'it is another curve' },
  { algorithm: 'EdDSA', what: 'an X25519 key', key: generateKeyPairSync('x25519').publicKey, because: 'it signs nothing' },
  { algorithm: 'EdDSA', what: 'a secret', key: SECRET, because: 'it is no public key' },
  { algorithm: 'EdDSA', what: 'a secret KeyObject', key: createSecretKey(SECRET, 'utf8'), because: 'it is no public key' },
  { algorithm: 'RS256', what: 'an Ed25519 key', key: publicKey, because: 'they do not belong together' },
  ...(['RS256', 'PS256', 'PS384', 'PS512'] as const).flatMap((algorithm) => [
    { algorithm, what: 'an RSA key for PSS only', key: rsaPss, because: 'nothing would verify with it' },
    { algorithm, what: 'PEM of an RSA key for PSS only', key: pem(rsaPss), because: 'nothing would verify with it' },
  ]),
  { algorithm: 'ES256', what: 'a key of P-384', key: keyPair('P-384'), because: 'it is another curve (RFC 7518 §3.4)' },
  { algorithm: 'ES384', what: 'a key of P-256', key: keyPair('P-256'), because: 'it is another curve (RFC 7518 §3.4)' },
  { algorithm: 'ES512', what: 'a key of P-384', key: keyPair('P-384'), because: 'it is another curve (RFC 7518 §3.4)' },
  { algorithm: 'ES256', what: 'a key of secp256k1', key: keyPair('secp256k1'), because: 'it is another curve (RFC 8812 §3.2)' },
  { algorithm: 'ES256', what: 'a point off its curve', key: jwk(ec.publicKey, { y: jwk(ec.publicKey).x }), because: 'it is no key' },
  { algorithm: 'RS256', what: 'a PEM that is cut off', key: pem(rsa.publicKey).slice(0, 200), because: 'it is no key' },
  { algorithm: 'RS256', what: 'a number', key: 5, because: 'it is no key' },
  { algorithm: 'RS256', what: 'an empty object', key: {}, because: 'it is no key' },
  { algorithm: 'HS256', what: 'a JWK of another algorithm', key: { kty: 'oct', alg: 'A256KW', k: Buffer.from(SECRET).toString('base64url') }, because: 'a key has one algorithm (RFC 8725 §3.1)' },
  { algorithm: 'HS256', what: 'a JWK for encryption', key: { kty: 'oct', use: 'enc', k: Buffer.from(SECRET).toString('base64url') }, because: 'RFC 7517 §4.2 says what it is for' },
  { algorithm: 'EdDSA', what: 'a JWK for encryption', key: jwk(publicKey, { use: 'enc' }), because: 'RFC 7517 §4.2 says what it is for' },
  { algorithm: 'EdDSA', what: 'a JWK without the operation verify', key: jwk(publicKey, { key_ops: ['encrypt'] }), because: 'RFC 7517 §4.3 says what it is for' },
  { algorithm: 'RS256', what: 'a JWK of another algorithm', key: jwk(rsa.publicKey, { alg: 'RS512' }), because: 'a key has one algorithm (RFC 8725 §3.1)' },
];

describe('keys of JwtStrategy', () => {
  it.each(ACCEPTED)('$algorithm takes $what, and tokens verify with it', async ({ algorithm, key, signing = SECRET }) => {
    expect(keyMistakes(algorithm, key)).toEqual([]);
    const Strategy = strategyWith({ algorithms: [algorithm], secretOrKey: key as JwtIssuerOptions['secretOrKey'] });
    const signer = typeof signing === 'string' ? Buffer.from(signing) : signing;
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: algorithm }).sign(signer);
    expect(await new Strategy().verifyCredentials(token)).toMatchObject({ kind: 'verified' });
  });

  it('PS256 says how the key of an issuer that signs with RSASSA-PSS is given', () => {
    expect(() => new (strategyWith({ algorithms: ['PS256'], secretOrKey: rsaPss }))()).toThrow('export it as a plain RSA key (rsaEncryption).');
  });

  it.each(WEAK)('JWT-03, JWT-04: $algorithm does not take $what, because $because', ({ algorithm, key }) => {
    expect(keyMistakes(algorithm, key)).toEqual([expect.stringContaining('secretOrKey')]);
  });

  it.each(OTHER_KINDS)('JWT-04: $algorithm does not take $what, because $because', ({ algorithm, key }) => {
    expect(keyMistakes(algorithm, key)).toEqual([expect.stringContaining('secretOrKey')]);
  });
});
