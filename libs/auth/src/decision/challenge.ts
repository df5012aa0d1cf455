import { invalidOption } from '../errors.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';
import type { Decision } from './decision.js';

/** What a refused request is answered with, before it becomes an exception. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503;
  readonly message: string;
  /** One `WWW-Authenticate` field line each. */
  readonly challenges: readonly string[];
}

type Refused = Exclude<Decision, { kind: 'allow' } | { kind: 'rejected' }>;

/**
 * The answer to a request that is not let in. It does not say which check failed.
 *
 * @see RFC 6750 §3.1: without credentials no error code; 401 `invalid_token`, 400 `invalid_request`, 403 `insufficient_scope`.
 * @see RFC 9110 §15.5.2: a 401 carries at least one challenge.
 */
export function refusalOf(decision: Refused, required: SecurityScopes, realm: string): Refusal {
  switch (decision.kind) {
    case 'unauthenticated': {
      const isInvalid = decision.failures.some(({ reason }) => reason === 'invalid');
      const lines = decision.failures.map(({ scheme, reason }) => challenge(scheme, required, realm, reason === 'invalid' ? 'invalid_token' : null));
      return { status: 401, message: isInvalid ? 'Could not validate credentials' : 'Not authenticated', challenges: [...new Set(lines)] };
    }
    case 'invalid-request':
      return { status: 400, message: 'Credentials were sent more than once', challenges: [challenge(decision.scheme, required, realm, 'invalid_request')] };
    case 'insufficient-scope':
      return { status: 403, message: 'Not enough permissions', challenges: [challenge(decision.scheme, required, realm, 'insufficient_scope')] };
    case 'unavailable':
      return { status: 503, message: 'Credentials cannot be verified now', challenges: [] };
  }
}

/** Error codes and scope belong to Bearer; another scheme's challenge has its realm alone. @see RFC 6750 §3 */
function challenge(scheme: SecurityScheme, required: SecurityScopes, realm: string, error: string | null): string {
  const parameters = [`realm=${quoted(realm)}`];
  if (scheme.challengeScheme === 'Bearer') {
    if (error !== null) parameters.push(`error=${quoted(error)}`);
    if (required.scopes.length > 0) parameters.push(`scope=${quoted(required.scopeStr)}`);
  }
  return `${scheme.challengeScheme} ${parameters.join(', ')}`;
}

/** @see RFC 9110 §5.6.4: quoted-string; scopes hold neither quote nor backslash, a realm may. */
function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A realm as given in the options; one that cannot stand in a header is an error at start, not a 500 at a request. */
export function checkedRealm(realm: unknown): string {
  if (typeof realm === 'string' && /^[\x20-\x7E]+$/.test(realm)) return realm;
  throw invalidOption('AuthModule.forRoot', 'realm is not a text of printable ASCII', "give a short name of what is protected, 'api' (RFC 9110 §11.5).");
}
