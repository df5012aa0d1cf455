import type { Claims } from './claims.js';
import { verificationOfError } from './failure.js';
import { grantedScopes } from './granted-scopes.js';
import { isNobody, NO_CLAIMS, REFUSED } from './strategy.js';
import type { Verification } from './strategy.js';

/**
 * What a `validate` stands for: a user, or `[user, info]` as Passport has it; nobody is a refusal. The scopes are those of
 * `info.scope` or, without it, of `user.scopes`: a text or a list.
 */
export async function verificationBy(validate: () => unknown): Promise<Verification> {
  try {
    const validated = await validate();
    const [user, info] = Array.isArray(validated) ? (validated as readonly unknown[]) : [validated];
    return verifiedUser(user, info);
  } catch (error) {
    return verificationOfError(error);
  }
}

/** The user that `validate` finds for a verified token, with the scopes that its claims grant: of those named, the first one that is present. */
export async function userOfToken(validate: () => unknown, claims: Claims, scopeClaims: readonly string[]): Promise<Verification> {
  try {
    const user = await validate();
    return isNobody(user) ? REFUSED : { kind: 'verified', user, scopes: Object.freeze(scopesIn(claims, scopeClaims)), claims };
  } catch (error) {
    return verificationOfError(error);
  }
}

/** `scope` is a text everywhere; providers that send a list call it otherwise. @see RFC 8693 §4.2, RFC 7662 §2.2 */
function scopesIn(claims: Claims, scopeClaims: readonly string[]): readonly string[] {
  const name = scopeClaims.find((claim) => claims[claim] !== undefined);
  if (name === undefined || (name === 'scope' && typeof claims[name] !== 'string')) return [];
  return grantedScopes(claims[name]);
}

/** A user with what was said about them. */
export function verifiedUser(user: unknown, info: unknown): Verification {
  if (isNobody(user)) return REFUSED;
  const scopes = grantedScopes(member(info, 'scope') ?? member(user, 'scopes'));
  return { kind: 'verified', user, scopes: Object.freeze(scopes), claims: NO_CLAIMS };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
