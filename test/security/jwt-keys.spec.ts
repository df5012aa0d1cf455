import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { AuthConfigurationError, JwtStrategy } from 'nestjs-scopes';
import type { JwtAlgorithm, JwtIssuerOptions } from 'nestjs-scopes';
import { ec, rsa, SECRET } from '../support/hostile-tokens.js';
import { AUDIENCE, ISSUER, privateKey, publicKey } from '../support/tokens.js';

class UserStrategy extends JwtStrategy {
  constructor(algorithm: string, secretOrKey: unknown) {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm as JwtAlgorithm], secretOrKey: secretOrKey as JwtIssuerOptions['secretOrKey'] });
  }
  validate(): unknown {
    return {};
  }
}

function keyPair(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).publicKey;
}

function jwk(key: KeyObject, changes: object = {}): JsonWebKey {
  return { ...key.export({ format: 'jwk' }), ...changes };
}

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();
const der = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const rsaOf2047 = generateKeyPairSync('rsa', { modulusLength: 2047 }).publicKey;
const rsaWithExponent3 = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey;

const ACCEPTED = [
  { algorithm: 'HS256', what: 'a text of 32 bytes', key: SECRET },
  { algorithm: 'HS256', what: '32 bytes', key: Buffer.from(SECRET) },
  { algorithm: 'HS256', what: 'a KeyObject', key: createSecretKey(SECRET, 'utf8') },
  { algorithm: 'HS256', what: 'a JWK', key: { kty: 'oct', k: Buffer.from(SECRET).toString('base64url') } },
  { algorithm: 'HS384', what: 'a text of 48 bytes', key: 's'.repeat(48) },
  { algorithm: 'HS512', what: 'a text of 64 bytes', key: 's'.repeat(64) },
  { algorithm: 'EdDSA', what: 'a KeyObject', key: publicKey },
  { algorithm: 'EdDSA', what: 'PEM', key: pem(publicKey) },
  { algorithm: 'EdDSA', what: 'PEM behind white space', key: ` \n${pem(publicKey)}` },
  { algorithm: 'EdDSA', what: 'a JWK', key: jwk(publicKey, { use: 'sig', alg: 'EdDSA', key_ops: ['verify'] }) },
  { algorithm: 'EdDSA', what: 'the private key, of which the public half is used', key: privateKey },
  { algorithm: 'RS256', what: 'PEM', key: pem(rsa.publicKey) },
  { algorithm: 'PS512', what: 'PEM', key: pem(rsa.publicKey) },
  { algorithm: 'ES256', what: 'a JWK', key: jwk(ec.publicKey) },
  { algorithm: 'ES384', what: 'PEM', key: pem(keyPair('P-384')) },
  { algorithm: 'ES512', what: 'PEM', key: pem(keyPair('P-521')) },
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
  { algorithm: 'RS256', what: 'an RSA key with an even exponent', key: jwk(rsa.publicKey, { e: 'AQAC' }), because: 'it cannot be inverted' },
];

/** A public key as an HMAC secret: everybody knows it. */
const NOT_SECRET = Object.entries({ RSA: rsa.publicKey, EC: ec.publicKey, Ed25519: publicKey }).flatMap(([kind, key]) => [
  { what: `${kind} as PEM`, key: pem(key) },
  { what: `${kind} as PEM behind white space`, key: ` \n\t${pem(key)}` },
  { what: `${kind} as PEM in bytes`, key: Buffer.from(pem(key)) },
  { what: `${kind} as PEM in a secret KeyObject`, key: createSecretKey(pem(key), 'utf8') },
  { what: `${kind} as PEM in a JWK`, key: { kty: 'oct', k: Buffer.from(pem(key)).toString('base64url') } },
  { what: `${kind} as JWK text`, key: JSON.stringify(jwk(key)) },
  { what: `${kind} as JWK text behind white space`, key: `\n ${JSON.stringify(jwk(key))}` },
  { what: `${kind} as JWK`, key: jwk(key) },
  { what: `${kind} as JWK text behind a byte order mark`, key: `\uFEFF${JSON.stringify(jwk(key))}` },
  { what: `${kind} as JWK text in a list`, key: JSON.stringify([jwk(key)]) },
  { what: `${kind} as DER`, key: der(key) },
  { what: `${kind} as DER in base64`, key: der(key).toString('base64') },
  { what: `${kind} as DER in base64 with a newline`, key: `${der(key).toString('base64')}\n` },
  { what: `${kind} as DER in base64url`, key: der(key).toString('base64url') },
  { what: `${kind} as KeyObject`, key },
]);

/** What `ssh-keygen` writes. @see RFC 8709 §4 */
const OPENSSH = `ssh-ed25519 ${Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.from(jwk(publicKey).x ?? '', 'base64url'))]).toString('base64')}`;

function sshString(value: string | Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, Buffer.from(value as string)]);
}

const OTHER_KINDS = [
  { algorithm: 'EdDSA', what: 'an RSA key', key: rsa.publicKey, because: 'they do not belong together' },
  { algorithm: 'EdDSA', what: 'an Ed448 key', key: generateKeyPairSync('ed448').publicKey, because: 'it is another curve' },
  { algorithm: 'EdDSA', what: 'an X25519 key', key: generateKeyPairSync('x25519').publicKey, because: 'it signs nothing' },
  { algorithm: 'EdDSA', what: 'a secret', key: SECRET, because: 'it is no public key' },
  { algorithm: 'EdDSA', what: 'a secret KeyObject', key: createSecretKey(SECRET, 'utf8'), because: 'it is no public key' },
  { algorithm: 'RS256', what: 'an Ed25519 key', key: publicKey, because: 'they do not belong together' },
  { algorithm: 'RS256', what: 'an RSA key for PSS only', key: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, because: 'it has one padding' },
  { algorithm: 'ES256', what: 'a key of P-384', key: keyPair('P-384'), because: 'it is another curve (RFC 7518 §3.4)' },
  { algorithm: 'ES384', what: 'a key of P-256', key: keyPair('P-256'), because: 'it is another curve (RFC 7518 §3.4)' },
  { algorithm: 'ES512', what: 'a key of P-384', key: keyPair('P-384'), because: 'it is another curve (RFC 7518 §3.4)' },
  { algorithm: 'ES256', what: 'a key of secp256k1', key: keyPair('secp256k1'), because: 'it is another curve (RFC 8812 §3.2)' },
  { algorithm: 'ES256', what: 'a point off its curve', key: jwk(ec.publicKey, { y: jwk(ec.publicKey).x }), because: 'it is no key' },
  { algorithm: 'RS256', what: 'a PEM that is cut off', key: pem(rsa.publicKey).slice(0, 200), because: 'it is no key' },
  { algorithm: 'RS256', what: 'a number', key: 5, because: 'it is no key' },
  { algorithm: 'RS256', what: 'an empty object', key: {}, because: 'it is no key' },
  { algorithm: 'EdDSA', what: 'a JWK for encryption', key: jwk(publicKey, { use: 'enc' }), because: 'RFC 7517 §4.2 says what it is for' },
  { algorithm: 'EdDSA', what: 'a JWK without the operation verify', key: jwk(publicKey, { key_ops: ['encrypt'] }), because: 'RFC 7517 §4.3 says what it is for' },
  { algorithm: 'RS256', what: 'a JWK of another algorithm', key: jwk(rsa.publicKey, { alg: 'RS512' }), because: 'a key has one algorithm (RFC 8725 §3.1)' },
];

function mistakes(algorithm: string, key: unknown): readonly string[] {
  try {
    new UserStrategy(algorithm, key);
    return [];
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.findings.map(({ problem }) => problem);
    throw error;
  }
}

describe('keys of JwtStrategy', () => {
  it.each(ACCEPTED)('$algorithm takes $what', ({ algorithm, key }) => {
    expect(mistakes(algorithm, key)).toEqual([]);
  });

  it.each(WEAK)('JWT-03, JWT-04: $algorithm does not take $what, because $because', ({ algorithm, key }) => {
    expect(mistakes(algorithm, key)).toEqual([expect.stringContaining('secretOrKey')]);
  });

  it.each([...NOT_SECRET, { what: 'Ed25519 as OpenSSH text', key: OPENSSH }])('JWT-02, RFC 8725 §2.1: HS256 does not take a public key for a secret: $what', ({ key }) => {
    expect(mistakes('HS256', key)).toEqual([expect.stringContaining('secretOrKey')]);
  });

  it.each(OTHER_KINDS)('JWT-04: $algorithm does not take $what, because $because', ({ algorithm, key }) => {
    expect(mistakes(algorithm, key)).toEqual([expect.stringContaining('secretOrKey')]);
  });
});
