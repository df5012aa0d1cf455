import { isRepeated, withoutBlanks } from './field-lines.js';
import { ABSENT, AMBIGUOUS } from './scheme.js';
import type { Extraction, SchemeRequest } from './scheme.js';

/** An `Authorization` header field: its scheme as it was sent, and what follows. @see FastAPI `HTTPAuthorizationCredentials` */
export interface HTTPAuthorizationCredentials {
  /** The authentication scheme with the client's spelling, `Bearer` or `bearer`. */
  readonly scheme: string;
  /** What follows the scheme, without the white space around it. */
  readonly credentials: string;
}

/**
 * The `Authorization` field of a scheme. `credentials` is empty where the scheme stands alone; what follows it is not looked at.
 *
 * The scheme ends at the first space and is compared without case, as FastAPI does; another scheme counts as absent. White
 * space is dropped: space and tab only, so that no other character can hide in it.
 *
 * @see RFC 9110 §11.4
 */
export function authorization(request: SchemeRequest, scheme: string): Extraction<HTTPAuthorizationCredentials> {
  const value = request.headers['authorization'];
  if (typeof value !== 'string') return ABSENT;
  if (isRepeated(request, 'authorization')) return AMBIGUOUS;
  const space = value.indexOf(' ');
  const sent = space === -1 ? value : value.slice(0, space);
  if (sent.toLowerCase() !== scheme.toLowerCase()) return ABSENT;
  return { kind: 'credentials', credentials: { scheme: sent, credentials: space === -1 ? '' : withoutBlanks(value, space) } };
}
