// The cache of its field: no dependencies, and bounded by count and size, which our own would have to be tested for again.
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import type { PinnedKey } from '../keys/verification-key.js';
import type { ReadToken } from './jwt-checks.js';

/** A token that was read, and the key that its signature was verified with. */
export interface KnownToken extends ReadToken {
  readonly key: PinnedKey;
}

/**
 * Tokens whose signature was verified, so that it need not be verified again: the ones used last, as many as there is room
 * for. They are found by their {@link tokenDigest}.
 */
export class VerifiedTokens {
  readonly #tokens: LRUCache<string, KnownToken>;

  /** @param max - how many are kept */
  constructor(max: number) {
    this.#tokens = new LRUCache({ max });
  }

  get(digest: string): KnownToken | undefined {
    return this.#tokens.get(digest);
  }

  set(digest: string, known: KnownToken): void {
    this.#tokens.set(digest, known);
  }
}

/** What stands for a token where it is remembered: its SHA-256, so that no token lies in memory for longer than its request. */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64');
}
