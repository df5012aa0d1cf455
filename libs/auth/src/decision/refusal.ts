import type { ChallengeContext } from '../schemes/challenge.js';
import { isBearer } from '../schemes/scheme.js';
import type { NotAuthenticatedError, SecurityScheme } from '../schemes/scheme.js';
import type { Alternative } from '../scopes/requirement.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';
import type { AuthenticationFailure, Decision } from './decision.js';

type Refused = Exclude<Decision, { kind: 'allow' } | { kind: 'rejected' }>;

/** What every challenge of an application says. */
export type ProtectedSpace = Pick<ChallengeContext, 'realm' | 'resourceMetadata'>;

/** The challenges of a scheme, by its strategy where that knows more. */
export type Challenges = (scheme: SecurityScheme, context: ChallengeContext) => readonly string[];

/**
 * The answer to a request that is not let in, before it becomes an exception. It does not say which check failed.
 *
 * @see RFC 6750 §3.1: without credentials no error code; 401 `invalid_token`, 400 `invalid_request`, 403 `insufficient_scope`.
 * @see RFC 9110 §15.5.2: a 401 carries at least one challenge.
 */
export function refusalOf(decision: Refused, required: SecurityScopes, space: ProtectedSpace, challenges: Challenges): NotAuthenticatedError {
  const told = (scheme: SecurityScheme, alternative: Alternative, error: ChallengeContext['error'], isStale = false): readonly string[] =>
    challenges(scheme, { ...space, scope: scopeOf(alternative, required), error, isStale });
  switch (decision.kind) {
    case 'unauthenticated':
      return notAuthenticated(decision.failures, ({ scheme, alternative, reason }) => told(scheme, alternative, reason === 'absent' ? null : 'invalid_token', reason === 'stale'));
    case 'invalid-request':
      return { status: 400, message: 'Credentials were sent more than once', headers: { 'WWW-Authenticate': told(decision.scheme, decision.alternative, 'invalid_request') } };
    case 'insufficient-scope':
      return { status: 403, message: 'Not enough permissions', headers: { 'WWW-Authenticate': told(decision.scheme, decision.alternative, 'insufficient_scope') } };
    case 'cross-site':
      return { status: 403, message: 'The page of another site sent the cookie' };
    case 'unavailable':
      return { status: 503, message: 'Credentials cannot be verified now' };
  }
}

/** The scopes that the route requires, and those of the alternative alone. */
function scopeOf({ terms }: Alternative, required: SecurityScopes): string {
  const own = terms.flatMap(({ scopes }) => scopes.filter((scope) => !required.has(scope)));
  return own.length === 0 ? required.scopeStr : [...required.scopes, ...new Set(own)].join(' ');
}

/** A scheme on its own may answer as it likes; the challenges of several go into one 401, in order. */
function notAuthenticated(failures: readonly AuthenticationFailure[], told: (failure: AuthenticationFailure) => readonly string[]): NotAuthenticatedError {
  const message = failures.some(isInvalid) ? 'Could not validate credentials' : 'Not authenticated';
  const schemes = new Set(failures.map(({ scheme }) => scheme));
  const [only, ...others] = schemes;
  if (only !== undefined && others.length === 0) return notAuthenticatedBy(only, message, [...new Set(failures.flatMap(told))]);
  const errors = failures.map((failure) => notAuthenticatedBy(failure.scheme, message, told(failure)));
  return { status: 401, message, headers: { 'WWW-Authenticate': [...new Set(errors.flatMap(({ headers }) => headers?.['WWW-Authenticate'] ?? []))] } };
}

/** The answer of one scheme. A subclass may answer what it likes, but not that all is well. */
export function notAuthenticatedBy(scheme: SecurityScheme, message: string, challenges: readonly string[]): NotAuthenticatedError {
  const error = scheme.makeNotAuthenticatedError(message, challenges);
  const isRefusal = Number.isInteger(error.status) && error.status >= 400 && error.status <= 599;
  return isRefusal ? error : { ...error, status: 401 };
}

/** Where there is no error code for malformed credentials, FastAPI's words for them are those for missing ones. */
function isInvalid({ scheme, reason }: AuthenticationFailure): boolean {
  return reason === 'refused' || reason === 'stale' || (reason === 'malformed' && isBearer(scheme));
}
