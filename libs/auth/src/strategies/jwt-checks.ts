import { audiencesOf, hasBegun, isPast, isText, isTime } from './claim-values.js';
import type { Claims } from './claims.js';
import type { JwsHeader } from './jws.js';
import type { JwtProfile } from './jwt-options.js';
import type { JwtPolicy } from './jwt-settings.js';
import { firstFailed } from './named-checks.js';
import type { NamedCheck } from './named-checks.js';
import { kindOfToken } from './token-kind.js';

/** The claims of a verified access token. The named ones are checked, the others are as the issuer sent them. All of it is frozen. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  /** Absent only where `audienceClaim` is another claim. */
  readonly aud?: string | readonly string[];
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly client_id?: string;
  /** As sent; what it grants is in `Principal.scopes`. */
  readonly scope?: unknown;
  readonly [claim: string]: unknown;
}

/** A token as it was read: of its claims, nothing is known yet. */
export interface ReadToken {
  readonly header: JwsHeader;
  readonly claims: Claims;
}

type JwtCheck = NamedCheck<ReadToken, JwtPolicy>;

/** What is asked of every token, beside its form, its issuer and its signature. */
const CHECKS: readonly JwtCheck[] = [
  // The issuer's choice, not the token's: RFC 8725 §3.1.
  ['algorithm', ({ header }, { algorithms }) => algorithms.includes(header.alg)],
  // RFC 8725 §3.11, RFC 9068 §4.
  ['type', ({ header }, { profile }) => isAccessTokenType(header.typ, profile)],
  // RFC 8725 §3.9, RFC 9068 §4.
  ['audience', ({ claims }, { audience, audienceClaim }) => audiencesOf(claims[audienceClaim]).some((name) => audience.includes(name))],
  ['subject', ({ claims }) => isText(claims['sub'])],
  // RFC 7519 §4.1.4 to §4.1.6.
  ['expiry', ({ claims: { exp } }, { clockTolerance }, now) => isTime(exp) && now < exp + clockTolerance],
  ['not before', ({ claims: { nbf } }, { clockTolerance }, now) => hasBegun(nbf, now + clockTolerance)],
  ['issued at', ({ claims: { iat } }, { clockTolerance }, now) => isPast(iat, now + clockTolerance)],
  ['maximum age', ({ claims: { exp, iat } }, { maxTokenAge }) => maxTokenAge === null || (isTime(exp) && isTime(iat) && exp - iat <= maxTokenAge)],
  ['identifier', ({ claims: { jti } }) => jti === undefined || isText(jti)],
  ['client', ({ claims: { client_id } }) => client_id === undefined || isText(client_id)],
  ['purpose', (token) => !isOfAnotherPurpose(token)],
  // Bound to a key, and nothing here proves that the caller has it: RFC 7800 §3, RFC 8705 §3, RFC 9449 §6.
  ['binding', ({ claims }) => claims['cnf'] === undefined],
];

/** @see RFC 9068 §2.2: these claims are REQUIRED. */
const RFC9068_CHECKS: readonly JwtCheck[] = [
  ...CHECKS,
  ['required claims', ({ claims: { client_id, iat, jti } }) => isText(client_id) && isTime(iat) && isText(jti)],
];

const CHECKS_OF: Readonly<Record<JwtProfile, readonly JwtCheck[]>> = { jwt: CHECKS, rfc9068: RFC9068_CHECKS };

/** The name of the first check that a token does not pass, or `null`. */
export function failedCheck(token: ReadToken, policy: JwtPolicy, now: number): string | null {
  return firstFailed(CHECKS_OF[policy.profile], token, policy, now);
}

function isAccessTokenType(typ: unknown, profile: JwtProfile): boolean {
  if (typ === undefined) return profile === 'jwt';
  if (typeof typ !== 'string') return false;
  const type = typ.toLowerCase().replace(/^application\//, '');
  return type === 'at+jwt' || (profile === 'jwt' && type === 'jwt');
}

/**
 * Providers sign other tokens with the same key, which the header need not tell: ID tokens (`at_hash`, `c_hash`, `nonce`:
 * OpenID Connect Core §2, §3.3.2.11), logout and event tokens (RFC 8417 §2.2). An older Keycloak has the `nonce` in access
 * tokens too, and says that they are such.
 *
 * @see RFC 8725 §2.8
 */
function isOfAnotherPurpose({ header, claims }: ReadToken): boolean {
  const { at_hash, c_hash, s_hash, events, nonce } = claims;
  if ([at_hash, c_hash, s_hash, events].some((claim) => claim !== undefined)) return true;
  const kind = kindOfToken(claims);
  return kind === 'other' || (nonce !== undefined && kind !== 'access' && !isAccessTokenType(header.typ, 'rfc9068'));
}
