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

/** A user with what was said about them. */
export function verifiedUser(user: unknown, info: unknown): Verification {
  if (isNobody(user)) return REFUSED;
  const scopes = grantedScopes(member(info, 'scope') ?? member(user, 'scopes'));
  return { kind: 'verified', user, scopes: Object.freeze(scopes), claims: NO_CLAIMS };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
