import { hardenedClaims } from './claims.js';
import { isSignedWith, parsedObject, readJws } from './jws.js';
import { failedCheck } from './jwt-checks.js';
import type { AccessTokenClaims, ReadToken } from './jwt-checks.js';
import type { JwtPolicy } from './jwt-settings.js';
import { tokenDigest } from './verified-tokens.js';
import type { VerifiedTokens } from './verified-tokens.js';

/** What became of a token. The check that failed is for the log; the client does not hear of it. */
export type TokenVerification =
  | { readonly kind: 'verified'; readonly claims: AccessTokenClaims; readonly policy: JwtPolicy }
  | { readonly kind: 'refused'; readonly check: string; readonly policy: JwtPolicy | null };

/** Larger tokens are refused unread. Characters. */
const MAX_TOKEN_LENGTH = 8192;

/**
 * Verifies a token: its form, its issuer, every check on header and claims, and last its signature, by a key of that issuer
 * and no other. Cheap checks first. Rejects with `ProviderUnavailable` where the issuer's keys cannot be had.
 *
 * @param policies - by issuer
 * @param known - tokens whose signature was verified before; all other checks are made again
 */
export async function verifyToken(token: string, policies: ReadonlyMap<unknown, JwtPolicy>, known: VerifiedTokens | null): Promise<TokenVerification> {
  if (token.length > MAX_TOKEN_LENGTH) return refused('size');
  const digest = known === null ? '' : tokenDigest(token);
  const entry = known?.get(digest);
  const read = entry ?? readToken(token);
  if (read === null) return refused('form');
  const policy = policies.get(read.claims['iss']);
  if (policy === undefined) return refused('issuer');
  const check = failedCheck(read, policy, Date.now() / 1000);
  if (check !== null) return refused(check, policy);
  const key = await policy.keys.keyFor(read.header);
  if (key === null) return refused('key');
  if (entry?.key !== key) {
    if (!(await isSignedWith(key, token))) return refused('signature');
    known?.set(digest, { header: read.header, claims: read.claims, key });
  }
  return { kind: 'verified', claims: read.claims as unknown as AccessTokenClaims, policy };
}

function refused(check: string, policy: JwtPolicy | null = null): TokenVerification {
  return { kind: 'refused', check, policy };
}

function readToken(token: string): ReadToken | null {
  const jws = readJws(token);
  const payload = jws === null ? null : parsedObject(jws.payload);
  const claims = payload === null ? undefined : hardenedClaims(payload)?.claims;
  return jws === null || claims === undefined ? null : { header: jws.header, claims };
}
