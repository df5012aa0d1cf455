import { compactVerify } from 'jose';
import { hasRepeatedName } from './json-names.js';
import type { JwtPolicy } from './jwt-options.js';

/** The claims of a verified access token. The named ones are checked, the others are as the issuer sent them. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly client_id?: string;
  /** As sent; what it grants is in `Principal.scopes`. */
  readonly scope?: unknown;
  readonly [claim: string]: unknown;
}

type Claims = Readonly<Record<string, unknown>>;
/** One rule; `now` is in seconds since 1970. */
type Check = (claims: Claims, policy: JwtPolicy, now: number) => boolean;

/** Larger tokens are refused unread. Characters. */
const MAX_TOKEN_LENGTH = 8192;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The claims of a token that passes every check, or `null`; which check failed is nobody's business. Cheap checks first. */
export async function verifiedClaims(token: string, policy: JwtPolicy): Promise<AccessTokenClaims | null> {
  if (token.length > MAX_TOKEN_LENGTH || !isCompactJws(token)) return null;
  const jws = await verifiedSignature(token, policy);
  if (jws === null || !isAcceptedHeader(jws.header, policy)) return null;
  const claims = parsedClaims(jws.payload);
  const now = Date.now() / 1000;
  if (claims === null || repeatsName(token) || !CHECKS[policy.profile].every((check) => check(claims, policy, now))) return null;
  return Object.freeze(Object.assign(Object.create(null) as object, claims)) as unknown as AccessTokenClaims;
}

/** A name that stands twice in header or claims is read differently by different readers. @see RFC 7515 §4, RFC 7519 §4 */
function repeatsName(token: string): boolean {
  return token.split('.', 2).some((part) => hasRepeatedName(Buffer.from(part, 'base64url').toString()));
}

/** Three parts in the one canonical base64url form each. @see RFC 7515 §2: no padding, no other characters. */
function isCompactJws(token: string): boolean {
  return COMPACT_JWS.test(token) && token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** Verified with the one key and algorithm of the policy; the token chooses neither. @see RFC 8725 §3.1 */
async function verifiedSignature(token: string, { key, algorithm }: JwtPolicy): Promise<{ header: Claims; payload: Uint8Array } | null> {
  try {
    const { protectedHeader, payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    return { header: { ...protectedHeader }, payload };
  } catch {
    // The key was proven at start, so whatever goes wrong here comes from the token.
    return null;
  }
}

/** No extension is understood (RFC 7515 §4.1.11, RFC 7797), and `typ` is one of the profile's (RFC 8725 §3.11, RFC 9068 §4). */
function isAcceptedHeader(header: Claims, { profile }: JwtPolicy): boolean {
  if ('crit' in header || 'b64' in header || 'zip' in header) return false;
  const { kid, typ } = header;
  if (kid !== undefined && typeof kid !== 'string') return false;
  if (typ === undefined) return profile === 'jwt';
  if (typeof typ !== 'string') return false;
  const type = typ.toLowerCase().replace(/^application\//, '');
  return type === 'at+jwt' || (profile === 'jwt' && type === 'jwt');
}

function parsedClaims(payload: Uint8Array): Claims | null {
  try {
    const claims: unknown = JSON.parse(UTF8.decode(payload));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as Claims) : null;
  } catch {
    // Not JSON in UTF-8: RFC 7519 §7.2.
    return null;
  }
}

/** @see RFC 7519 §4.1 */
const JWT_CHECKS: readonly Check[] = [
  /* issuer     */ ({ iss }, { issuer }) => iss === issuer,
  /* audience   */ ({ aud }, { audience }) => audiences(aud).some((name) => audience.includes(name)),
  /* subject    */ ({ sub }) => isText(sub),
  /* expiry     */ ({ exp }, { clockTolerance }, now) => isTime(exp) && now < exp + clockTolerance,
  /* not before */ ({ nbf }, { clockTolerance }, now) => nbf === undefined || (isTime(nbf) && nbf <= now + clockTolerance),
  /* issued at  */ ({ iat }, { clockTolerance }, now) => iat === undefined || (isTime(iat) && iat <= now + clockTolerance),
  /* identifier */ ({ jti }) => jti === undefined || isText(jti),
  /* client     */ ({ client_id }) => client_id === undefined || isText(client_id),
];

/** @see RFC 9068 §2.2: these claims are REQUIRED. */
const RFC9068_CHECKS: readonly Check[] = [...JWT_CHECKS, ({ client_id, iat, jti }) => isText(client_id) && isTime(iat) && isText(jti)];

const CHECKS = { jwt: JWT_CHECKS, rfc9068: RFC9068_CHECKS } as const;

function audiences(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) && aud.every(isText) ? aud : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Whole seconds since 1970. Infinity, which `1e400` parses to, would never expire. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
