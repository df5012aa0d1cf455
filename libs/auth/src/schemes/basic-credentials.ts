import { authorization } from './authorization.js';
import { MALFORMED } from './scheme.js';
import type { Extraction, SchemeRequest } from './scheme.js';
import { hasControlCharacter, utf8 } from './utf8.js';

/** A user name and a password, either of which may be empty. @see FastAPI `HTTPBasicCredentials` */
export interface HTTPBasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** @see RFC 4648 §4: the alphabet, padded to groups of four */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * User name and password of `Authorization: Basic <base64>`. The first colon separates them, so a password may have colons.
 *
 * Malformed: base64 that is not canonical, bytes that are not UTF-8, control characters, no colon. So one pair of user name
 * and password has one spelling, and no two spellings become one pair.
 *
 * @see RFC 7617 §2, §2.1; RFC 4648 §3.3, §3.5
 */
export function basicCredentials(request: SchemeRequest): Extraction<HTTPBasicCredentials> {
  const extraction = authorization(request, 'basic');
  if (extraction.kind !== 'credentials') return extraction;
  const pair = decoded(extraction.credentials.credentials);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === null || colon === -1 || hasControlCharacter(pair)) return MALFORMED;
  return { kind: 'credentials', credentials: Object.freeze({ username: pair.slice(0, colon), password: pair.slice(colon + 1) }) };
}

function decoded(base64: string): string | null {
  if (!BASE64.test(base64)) return null;
  const bytes = atob(base64);
  // The last character may hold bits that decode to nothing.
  if (btoa(bytes) !== base64) return null;
  return utf8(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
