import { createHash } from 'node:crypto';

/** Hash functions of Digest. MD5 is broken; SHA-512-256 is computed wrongly by common clients (curl 7). @see RFC 7616 §6.1 */
export type DigestHash = 'SHA-256' | 'SHA-512-256' | 'MD5';
/** With `-sess` the secret is bound to the nonces of the session. @see RFC 7616 §3.4.2 */
export type DigestAlgorithm = DigestHash | `${DigestHash}-sess`;

interface Algorithm {
  readonly hash: DigestHash;
  readonly isSession: boolean;
}

/** Strongest first: clients take the first challenge that they understand. @see RFC 7616 §3.7 */
export const DIGEST_ALGORITHMS: Readonly<Record<DigestAlgorithm, Algorithm>> = {
  'SHA-512-256': { hash: 'SHA-512-256', isSession: false },
  'SHA-512-256-sess': { hash: 'SHA-512-256', isSession: true },
  'SHA-256': { hash: 'SHA-256', isSession: false },
  'SHA-256-sess': { hash: 'SHA-256', isSession: true },
  MD5: { hash: 'MD5', isSession: false },
  'MD5-sess': { hash: 'MD5', isSession: true },
};

const NODE_NAMES: Readonly<Record<DigestHash, string>> = { 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256', MD5: 'md5' };

/** Hexadecimal digits of a hash. */
export const HASH_LENGTHS: Readonly<Record<DigestHash, number>> = { 'SHA-256': 64, 'SHA-512-256': 64, MD5: 32 };

/** The hash of a text, whose characters are bytes in UTF-8, or of bytes; in lower-case hexadecimal digits. */
export function digestHash(hash: DigestHash, data: string | Uint8Array): string {
  return createHash(NODE_NAMES[hash]).update(data).digest('hex');
}
