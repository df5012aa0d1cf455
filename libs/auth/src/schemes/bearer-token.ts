import { authorization } from './authorization.js';
import type { HTTPAuthorizationCredentials } from './authorization.js';
import { hasQueryParameter } from './query.js';
import { ABSENT, AMBIGUOUS, MALFORMED } from './scheme.js';
import type { Extraction, SchemeRequest } from './scheme.js';

/** @see RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The token of `Authorization: Bearer <token>`, with the scheme as it was sent. The scheme alone counts as absent.
 *
 * A token is taken from nowhere else; one that was also sent in the query or in a form makes the request ambiguous.
 *
 * @see RFC 6750 §2.1; §2: clients MUST NOT use more than one method to transmit the token.
 */
export function bearerCredentials(request: SchemeRequest): Extraction<HTTPAuthorizationCredentials> {
  const extraction = authorization(request, 'bearer');
  if (extraction.kind !== 'credentials') return extraction;
  const token = extraction.credentials.credentials;
  if (token === '') return ABSENT;
  if (hasQueryParameter(request, 'access_token') || hasFormParameter(request, 'access_token')) return AMBIGUOUS;
  return isBearerToken(token) ? extraction : MALFORMED;
}

/** The token of `Authorization: Bearer <token>`. @see {@link bearerCredentials} */
export function bearerToken(request: SchemeRequest): Extraction<string> {
  const extraction = bearerCredentials(request);
  return extraction.kind === 'credentials' ? { kind: 'credentials', credentials: extraction.credentials.credentials } : extraction;
}

/** Whether a text has the form of a token, whatever took it out of the request. */
export function isBearerToken(token: string): boolean {
  return B64TOKEN.test(token);
}

/** The token of what a bearer scheme took out of a request; `null` for anything else. */
export function tokenOf(credentials: unknown): string | null {
  if (typeof credentials === 'string') return credentials;
  if (typeof credentials !== 'object' || credentials === null || !('credentials' in credentials)) return null;
  return typeof credentials.credentials === 'string' ? credentials.credentials : null;
}

/** Guards run after body parsers; a body that was not parsed is not looked into. */
function hasFormParameter({ headers, body }: SchemeRequest, name: string): boolean {
  const isForm = String(headers['content-type']).toLowerCase().startsWith('application/x-www-form-urlencoded');
  return isForm && typeof body === 'object' && body !== null && Object.hasOwn(body, name);
}
