import { audiencesOf, hasBegun, isPast, isText, isTime } from './claim-values.js';
import type { Claims } from './claims.js';
import type { IntrospectionPolicy } from './introspection-options.js';
import { firstFailed } from './named-checks.js';
import type { NamedCheck } from './named-checks.js';
import { kindOfToken } from './token-kind.js';

/** What a provider says of an active token. The named members are checked, the others are as the provider sent them. */
export interface IntrospectedClaims {
  readonly active: true;
  /** Who it is about. A client that acts for itself may have none: see `client_id`. */
  readonly sub?: string;
  /** The client that the token was issued to. */
  readonly client_id?: string;
  readonly username?: string;
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly token_type?: string;
  /** As sent; what it grants is in `Principal.scopes`. */
  readonly scope?: unknown;
  readonly [claim: string]: unknown;
}


/** What is asked of every active token. @see RFC 7662 §2.2, §4 */
const CHECKS: readonly NamedCheck<Claims, IntrospectionPolicy>[] = [
  ['issuer', ({ iss }, { issuer }) => iss === undefined || iss === issuer],
  ['audience', ({ aud }, { audience }) => audience === null || audiencesOf(aud).some((name) => audience.includes(name))],
  ['expiry', ({ exp }, _, now) => exp === undefined || (isTime(exp) && now < exp)],
  ['not before', ({ nbf }, { clockTolerance }, now) => hasBegun(nbf, now + clockTolerance)],
  ['issued at', ({ iat }, { clockTolerance }, now) => isPast(iat, now + clockTolerance)],
  ['purpose', (claims) => kindOfToken(claims) !== 'other'],
  ['kind of token', (claims, { acceptsUnknownType }) => acceptsUnknownType || kindOfToken(claims) !== 'unsaid'],
  // Bound to a key, and nothing here proves that the caller has it: RFC 7800 §3, RFC 8705 §3, RFC 9449 §6.
  ['binding', ({ cnf }) => cnf === undefined],
  ['names', (claims) => ['sub', 'client_id', 'username', 'jti'].every((name) => claims[name] === undefined || isText(claims[name]))],
];

/** The name of the first check that an active token does not pass, or `null`. */
export function failedIntrospectionCheck(claims: Claims, policy: IntrospectionPolicy, now: number): string | null {
  return firstFailed(CHECKS, claims, policy, now);
}
