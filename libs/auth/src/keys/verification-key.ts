import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { isKeyMaterial } from './key-material.js';
import { isKnownSecret } from './known-secrets.js';
import { isWeakRsa, MAX_RSA_BITS, RSA_BITS } from './rsa-weakness.js';

/** The signature algorithms that can be required of a token. `none` is not among them. @see RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2 */
export type JwtAlgorithm =
  | 'HS256' | 'HS384' | 'HS512'
  | 'RS256' | 'RS384' | 'RS512'
  | 'PS256' | 'PS384' | 'PS512'
  | 'ES256' | 'ES384' | 'ES512'
  | 'EdDSA' | 'Ed25519';

/** What is wrong with a key, and what to do about it; it never shows the key. */
export interface KeyProblem {
  readonly problem: string;
  readonly mend: string;
}
/** A key with the one algorithm that it is used with. */
export interface PinnedKey {
  readonly key: KeyObject;
  readonly algorithm: JwtAlgorithm;
}

/** @see RFC 7518 §3.2: a key of at least the size of the hash output. Bytes. */
const SECRET_BYTES: Readonly<Partial<Record<JwtAlgorithm, number>>> = { HS256: 32, HS384: 48, HS512: 64 };
/** What each asymmetric algorithm takes: key type, and curve where there are several. */
const PUBLIC_KEYS: Readonly<Partial<Record<JwtAlgorithm, readonly [type: string, curve?: string]>>> = {
  RS256: ['rsa'], RS384: ['rsa'], RS512: ['rsa'],
  PS256: ['rsa'], PS384: ['rsa'], PS512: ['rsa'],
  ES256: ['ec', 'prime256v1'], ES384: ['ec', 'secp384r1'], ES512: ['ec', 'secp521r1'],
  // Two names for the same signature; RFC 9864 §2.2 has the second one say the curve. A key has one of them.
  EdDSA: ['ed25519'], Ed25519: ['ed25519'],
};
/** What a JWK says of its kind, for each kind above. @see RFC 7518 §6.2.1, §6.3, RFC 8037 §2 */
const JWK_KINDS: Readonly<Record<string, readonly [kty: string, crv?: string]>> = {
  rsa: ['RSA'], prime256v1: ['EC', 'P-256'], secp384r1: ['EC', 'P-384'], secp521r1: ['EC', 'P-521'], ed25519: ['OKP', 'Ed25519'],
};
/** Also of a PEM file in which a certificate stands before its key. @see RFC 7468 §10, §11 */
const PRIVATE_PEM = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

/** The algorithms that can be required, in the order of the documentation. */
export const ALGORITHMS: readonly string[] = [...Object.keys(SECRET_BYTES), ...Object.keys(PUBLIC_KEYS)];

/** Pins a key to its one algorithm, parsed and found strong enough, or says what is wrong. Never shows the key. */
export function verificationKey(input: unknown, algorithm: JwtAlgorithm): PinnedKey | KeyProblem {
  if (input === undefined || input === null || input === '') return { problem: 'secretOrKey is missing', mend: 'give the key that verifies the tokens.' };
  const minimum = SECRET_BYTES[algorithm];
  return minimum === undefined ? publicKey(input, algorithm) : secretKey(input, algorithm, minimum);
}

/** Whether a value names an algorithm that can be required of a token. */
export function isAlgorithm(value: unknown): value is JwtAlgorithm {
  return typeof value === 'string' && (Object.hasOwn(SECRET_BYTES, value) || Object.hasOwn(PUBLIC_KEYS, value));
}

function secretKey(input: unknown, algorithm: JwtAlgorithm, minimum: number): PinnedKey | KeyProblem {
  // A public key taken for a secret would let anyone who knows it sign. @see RFC 8725 §2.1
  const refused = { problem: `secretOrKey is not a secret, which ${algorithm} needs`, mend: 'give a random secret, or the algorithm that fits the key.' };
  const key = isMeantFor(input, algorithm) ? secretOf(input) : undefined;
  if (key?.type !== 'secret' || isKeyMaterial(key.export())) return refused;
  const mend = `make one with: openssl rand -base64 ${String(minimum)}`;
  if ((key.symmetricKeySize ?? 0) < minimum) return { problem: `secretOrKey has fewer than the ${String(minimum)} bytes that ${algorithm} needs`, mend };
  if (isKnownSecret(key.export())) return { problem: 'secretOrKey is a publicly known secret, out of an example or a leak', mend };
  return { key, algorithm };
}

function secretOf(input: unknown): KeyObject | undefined {
  if (input instanceof KeyObject) return input;
  if (typeof input === 'string') return createSecretKey(input, 'utf8');
  if (input instanceof Uint8Array) return createSecretKey(input);
  const { kty, k } = input as JsonWebKey;
  return kty === 'oct' && typeof k === 'string' ? createSecretKey(k, 'base64url') : undefined;
}

function publicKey(input: unknown, algorithm: JwtAlgorithm): PinnedKey | KeyProblem {
  const [type, curve] = PUBLIC_KEYS[algorithm] ?? [];
  if (isPrivate(input)) {
    return { problem: 'secretOrKey is a private key, which signs; to verify takes the public one', mend: 'give the public half, createPublicKey(key) of node:crypto, and keep the private key where tokens are signed.' };
  }
  if (!isMeantFor(input, algorithm)) {
    return { problem: `secretOrKey is a JWK that is meant for something else than verifying ${algorithm}`, mend: 'give the key whose alg, use and key_ops allow it.' };
  }
  const key = publicKeyOf(input);
  if (key === undefined) {
    return { problem: `secretOrKey cannot be read as the public key that ${algorithm} needs`, mend: 'give PEM text, a KeyObject or a JWK of a public key.' };
  }
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== type || (curve !== undefined && namedCurve !== curve)) {
    // What verifies signatures takes plain RSA keys only, as a JWK has no other (RFC 7518 §6.3).
    const mend = key.asymmetricKeyType === 'rsa-pss' ? 'export it as a plain RSA key (rsaEncryption).' : 'give the key and the algorithm that belong together.';
    return { problem: `secretOrKey is a key of another kind than ${algorithm} takes`, mend };
  }
  if (type === 'rsa' && isWeakRsa(key)) {
    return { problem: 'secretOrKey is a weak RSA key', mend: `use ${String(RSA_BITS)} to ${String(MAX_RSA_BITS)} bits and the exponent 65537; keys of generators that are known to be broken (ROCA) do not count.` };
  }
  return { key, algorithm };
}

/** Whether a key could sign. What only verifies must not hold it: it would be lost together with every place that verifies. */
function isPrivate(input: unknown): boolean {
  if (input instanceof KeyObject) return input.type === 'private';
  if (typeof input === 'string') return PRIVATE_PEM.test(input);
  if (input instanceof Uint8Array) return PRIVATE_PEM.test(Buffer.from(input).toString());
  return Object.hasOwn(input as object, 'd');
}

/** @see RFC 7517 §4.2 to §4.4: `use`, `key_ops` and `alg` say what a JWK is for; each may be absent. */
export function isMeantFor(input: unknown, algorithm: JwtAlgorithm): boolean {
  if (typeof input !== 'object' || input === null || input instanceof KeyObject || input instanceof Uint8Array) return true;
  const { alg = algorithm, use = 'sig', key_ops: operations = ['verify'] } = input as { alg?: unknown; use?: unknown; key_ops?: unknown };
  return alg === algorithm && use === 'sig' && Array.isArray(operations) && operations.includes('verify');
}

/** Whether a JWK says that it is a public key of the kind that an algorithm takes; it is not read for that. */
export function isJwkFor({ kty, crv }: Readonly<Record<string, unknown>>, algorithm: JwtAlgorithm): boolean {
  const [type = '', curve = type] = PUBLIC_KEYS[algorithm] ?? [];
  const [wantedType, wantedCurve] = JWK_KINDS[curve] ?? [];
  return wantedType !== undefined && kty === wantedType && (wantedCurve === undefined || crv === wantedCurve);
}

/** A public key in any form, or that of a certificate, parsed; `undefined` where it cannot be read. */
export function publicKeyOf(input: unknown): KeyObject | undefined {
  try {
    if (input instanceof KeyObject) return input.type === 'public' ? input : undefined;
    if (typeof input === 'string') return createPublicKey(input);
    if (input instanceof Uint8Array) return createPublicKey(Buffer.from(input));
    return createPublicKey({ key: input as JsonWebKey, format: 'jwk' });
  } catch {
    // The reason may quote the key.
    return undefined;
  }
}
