import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AUDIENCE, ISSUER, privateKey } from './tokens.js';

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** A key that no strategy of the tests knows. */
export const foreign = generateKeyPairSync('ed25519');
/** 32 bytes, which is what HS256 needs. */
export const SECRET = 'a-secret-of-32-bytes-for-testing';

/** Makes the third part of a token out of the first two. */
export type Signer = (signingInput: string) => Buffer;

export const ed25519 = signedWith(null, privateKey);
export const rs256 = signedWith('sha256', rsa.privateKey);
export const es256 = signedWith('sha256', ec.privateKey);
export const unsigned: Signer = () => Buffer.alloc(0);

/** A signer with a private key; the signature of an elliptic curve is `r` and `s` side by side. @see RFC 7518 §3.4 */
export function signedWith(hash: string | null, key: KeyObject): Signer {
  return (input) => sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

/** A signer with a secret: how a public key is abused as one. */
export function hmac(secret: string | Buffer, hash = 'sha256'): Signer {
  return (input) => createHmac(hash, secret).update(input).digest();
}

/** A part of a token: text and bytes are taken as they are, anything else is written as JSON. */
type Part = unknown;

/** A token of any shape, with a signature that fits it. */
export function jws(header: Part, payload: Part, signer: Signer = ed25519): string {
  return signed(`${encoded(header)}.${encoded(payload)}`, signer);
}

/** Two encoded parts with their signature. */
export function signed(signingInput: string, signer: Signer = ed25519): string {
  return `${signingInput}.${signer(signingInput).toString('base64url')}`;
}

/** A part in base64url. */
export function encoded(part: Part): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Claims that every profile accepts and that grant `me`; `undefined` in `changes` removes a claim. */
export function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: AUDIENCE, sub: 'johndoe', iat: now, exp: now + 600, jti: 'id-1', client_id: 'test', scope: 'me', ...changes };
}

/** The same claims as text, with one value written exactly as given: what `JSON.stringify` cannot write. */
export function claimsWithRaw(name: string, rawValue: string): string {
  return JSON.stringify(claims({ [name]: 'RAW' })).replace('"RAW"', rawValue);
}

/** A protected header that every profile accepts; `undefined` in `changes` removes a parameter. */
export function header(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { alg: 'EdDSA', typ: 'at+jwt', ...changes };
}
