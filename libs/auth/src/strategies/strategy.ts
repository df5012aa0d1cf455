import type { ProviderContradiction } from '../errors.js';
import type { ChallengeContext } from '../schemes/challenge.js';
import type { SchemeRequest } from '../schemes/scheme.js';

/**
 * What became of credentials.
 * `refused`: they are bad; `isStale` where only their nonce is. `ambiguous`: they say one thing twice, so that two readers
 * could disagree. `rejected`: the application's own code answered with an `HttpException`. `unavailable`: a key or user
 * store could not answer, so nobody knows.
 */
export type Verification =
  | { readonly kind: 'verified'; readonly user: unknown; readonly scopes: readonly string[]; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly isStale?: true }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'unavailable'; readonly cause: unknown };

/** Turns credentials into a verified caller, or refuses. Expected outcomes are values: it does not throw. */
export interface Verifier {
  /** Who issues the credentials, where a client can get them from somebody. */
  readonly issuers?: readonly string[];
  /** Whom the credentials have to be for. */
  readonly audiences?: readonly string[];
  verifyCredentials(credentials: unknown, request: SchemeRequest): Promise<Verification>;
  /** The challenges, where the scheme's own do not say enough. */
  challenges?(context: ChallengeContext): readonly string[];
  /** Asks identity providers for what it needs of them, at start, and tells what they contradict; of one that does not answer requests try again. */
  prepare?(): Promise<readonly ProviderContradiction[]>;
  /** What identity providers did not give when they were last asked; empty where all is well. Without secrets. */
  problems?(): readonly string[];
}

/** A class of Passport's kind: what `PassportStrategy(Strategy)` of @nestjs/passport makes, and {@link JwtStrategy}. */
export interface StrategyInstance {
  /** Who issues the tokens that it verifies, for `authorization_servers` (option `resource` of `AuthModule.forRoot`). @defaultValue nobody is told */
  readonly issuers?: readonly string[];
  /** Whom the credentials have to be for. */
  readonly audiences?: readonly string[];
  authenticate(request: never, options?: never): unknown;
}

export const REFUSED = Object.freeze({ kind: 'refused' }) satisfies Verification;
export const NO_CLAIMS: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null) as Record<string, unknown>);

/** Whether what a strategy found stands for no user: nothing, or a list that begins with nothing, as Passport reads it. */
export function isNobody(user: unknown): boolean {
  const first: unknown = Array.isArray(user) ? user[0] : user;
  return !first;
}

/** Whether an object is a verifier of ours, and not a Passport strategy that has to be run. */
export function isVerifier(strategy: object): strategy is Verifier {
  return 'verifyCredentials' in strategy && typeof strategy.verifyCredentials === 'function';
}
