/**
 * Remembers which nonce was used with which count, so that a request cannot be replayed. Give several instances of an
 * application the same one, with the same `nonceSecret`.
 *
 * @see RFC 7616 §3.4.5
 */
export interface DigestNonceStore {
  /**
   * Notes that a nonce was used with a count. Atomic: of several calls with the same two, at any time and in any order,
   * at most one may return `true`.
   *
   * @param nonce - a nonce of ours, 48 characters of base64url
   * @param count - from 1
   * @param expiresAt - milliseconds since 1970; nobody asks for the nonce any more after it
   * @param madeAt - milliseconds since 1970; a store that forgets at a restart must refuse what is older than itself
   * @returns `false` when they were used before, or when that is not known any more. An error counts as a store that cannot answer (503).
   */
  use(nonce: string, count: number, expiresAt: number, madeAt: number): boolean | Promise<boolean>;
}

/** Counts may arrive out of order, as browsers send several requests at a time; further behind they are refused. */
const WINDOW = 128;
const MASK = (1n << BigInt(WINDOW)) - 1n;

interface Use {
  readonly expiresAt: number;
  highest: number;
  /** Bit n: the count `highest - n` was used. */
  seen: bigint;
}

/** The store of one process, with bounded memory. Only callers who know a password can fill it. */
export class MemoryNonceStore implements DigestNonceStore {
  readonly #uses = new Map<string, Use>();
  /** Nobody knows here what was used before. */
  readonly #startedAt = Date.now();
  /** Nonces that expire until then may have been forgotten. */
  #forgottenUntil = 0;

  /** @param maxNonces - how many nonces it remembers; the oldest is forgotten first, and its client gets a new one */
  constructor(private readonly maxNonces = 10_000) {}

  use(nonce: string, count: number, expiresAt: number, madeAt = Date.now()): boolean {
    const use = this.#uses.get(nonce) ?? (madeAt < this.#startedAt ? null : this.firstUse(nonce, expiresAt));
    if (use === null) return false;
    const ahead = count - use.highest;
    if (ahead > 0) {
      use.seen = ahead >= WINDOW ? 1n : ((use.seen << BigInt(ahead)) | 1n) & MASK;
      use.highest = count;
      return true;
    }
    if (-ahead >= WINDOW) return false;
    const bit = 1n << BigInt(-ahead);
    if ((use.seen & bit) !== 0n) return false;
    use.seen |= bit;
    return true;
  }

  private firstUse(nonce: string, expiresAt: number): Use | null {
    if (expiresAt <= this.#forgottenUntil) return null;
    for (const [oldest, { expiresAt: end }] of this.#uses) {
      const isExpired = end < Date.now();
      if (!isExpired && this.#uses.size < this.maxNonces) break;
      // Of an expired one too: the clock may be set back.
      this.#forgottenUntil = Math.max(this.#forgottenUntil, end);
      this.#uses.delete(oldest);
    }
    if (expiresAt <= this.#forgottenUntil) return null;
    const use: Use = { expiresAt, highest: 0, seen: 0n };
    this.#uses.set(nonce, use);
    return use;
  }
}
