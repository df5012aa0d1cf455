import { compactVerify } from 'jose';
import { isAlgorithm } from '../keys/verification-key.js';
import type { JwtAlgorithm, PinnedKey } from '../keys/verification-key.js';
import { hasRepeatedName } from './json-names.js';

/** A signed token that was read, and not verified. */
export interface Jws {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
}

/** The parameters that count here; others are ignored. @see RFC 7515 §4 */
export interface JwsHeader {
  readonly alg: JwtAlgorithm;
  readonly kid: string | undefined;
  readonly typ: unknown;
}

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a token in the compact form; `null` for anything else, and for a header that asks for what is not understood. */
export function readJws(token: string): Jws | null {
  if (!COMPACT_JWS.test(token)) return null;
  const [header, payload, signature] = token.split('.').map(canonicalBytes);
  if (header == null || payload == null || signature == null) return null;
  const parameters = parsedObject(header);
  const accepted = parameters === null ? null : acceptedHeader(parameters);
  return accepted === null ? null : { header: accepted, payload };
}

/** Whether a token is signed with a key, used with the one algorithm that it was pinned to. @see RFC 8725 §3.1 */
export async function isSignedWith({ key, algorithm }: PinnedKey, token: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
    return true;
  } catch {
    // The key was proven when it was read, so whatever goes wrong here comes from the token.
    return false;
  }
}

/** The object that JSON in UTF-8 stands for; `null` for anything else. A name that stands twice is read differently by different readers. @see RFC 7515 §4, RFC 7519 §4, §7.2 */
export function parsedObject(bytes: Uint8Array): object | null {
  try {
    const text = UTF8.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || hasRepeatedName(text)) return null;
    return value;
  } catch {
    return null;
  }
}

/** One sequence of bytes has one form. @see RFC 7515 §2: no padding, no other characters */
function canonicalBytes(part: string): Uint8Array | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : null;
}

/** No extension is understood. @see RFC 7515 §4.1.11, RFC 7797 */
function acceptedHeader(parameters: object): JwsHeader | null {
  if (['crit', 'b64', 'zip'].some((name) => Object.hasOwn(parameters, name))) return null;
  const { alg, kid, typ } = Object.assign(Object.create(null) as Readonly<Record<string, unknown>>, parameters);
  return isAlgorithm(alg) && (kid === undefined || typeof kid === 'string') ? { alg, kid, typ } : null;
}
