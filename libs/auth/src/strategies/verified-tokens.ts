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
 * for. They are found by their SHA-256, so that no token lies in memory for longer than its request.
 */
export class VerifiedTokens {
  readonly #tokens: LRUCache<string, KnownToken>;

  /** @param max - how many are kept */
  constructor(max: number) {
    this.#tokens = new LRUCache({ max });
  }

  get(token: string): KnownToken | undefined {
    return this.#tokens.get(digest(token));
  }

  set(token: string, known: KnownToken): void {
    this.#tokens.set(digest(token), known);
  }
}

function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
