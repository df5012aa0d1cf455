import type { JwtAlgorithm, PinnedKey } from './verification-key.js';

/** What a token says of its key: the algorithm, which is one of the issuer's, and the key's identifier where it has one. */
export interface KeyHint {
  readonly alg: JwtAlgorithm;
  readonly kid: string | undefined;
}

/** The keys of one issuer. */
export interface KeySource {
  /**
   * The key that a token has to be signed with; `null` where the issuer has no such key, so that the token is refused.
   * At once where the keys are known: a promise is for those that have to be fetched first. Throws, or rejects with, a
   * `ProviderUnavailable` where nobody knows.
   */
  keyFor(hint: KeyHint): PinnedKey | null | Promise<PinnedKey | null>;
  /** Fetches what can be fetched before it is asked for. Rejects with `ProviderUnavailable`. */
  prepare?(): Promise<void>;
  /** Why keys could not be had when they were last asked for, and `null` where they could; without secrets. */
  failure?(): string | null;
}
