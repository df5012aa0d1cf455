import { LRUCache } from 'lru-cache';
import { ProviderUnavailable } from '../errors.js';
import { monotonicSeconds } from '../keys/clock.js';
import { CallQueue } from './call-queue.js';
import type { Introspection } from './introspection-answer.js';
import { PAUSE } from './provider-outage.js';
import type { ProviderOutage } from './provider-outage.js';
import { tokenDigest } from './verified-tokens.js';

type Claims = Readonly<Record<string, unknown>>;

/** An answer that is used again. */
interface Kept {
  /** `null`: not active. */
  readonly claims: Claims | null;
  /** When it was asked for: what has changed since is not in it. Of the monotonic clock. */
  readonly askedAt: number;
  readonly size: number;
}

const MAX_ACTIVE = 9_000;
/** Apart from the others, so that made-up tokens push out none that is good. */
const MAX_INACTIVE = 1_000;
/** Of all answers of active tokens together. Bytes. */
const MAX_SIZE = 64 * 1024 * 1024;
/** Tokens of which it is remembered that nobody had an answer. */
const MAX_FAILED = 1_000;

/** What is known of tokens: asked once for all that want it at the same time, and used again for a while. */
export class IntrospectedTokens {
  readonly #active = new LRUCache<string, Kept>({ max: MAX_ACTIVE, maxSize: MAX_SIZE, sizeCalculation: ({ size }) => size });
  readonly #inactive = new LRUCache<string, Kept>({ max: MAX_INACTIVE });
  readonly #calls = new Map<string, Promise<Claims | null>>();
  readonly #failed = new LRUCache<string, { readonly reason: string; readonly at: number }>({ max: MAX_FAILED });
  readonly #queue: CallQueue;

  /** @param ask - never rejects @param cacheTtl - seconds @param patience - how long one waits for being asked about. Seconds. */
  constructor(
    private readonly ask: (token: string) => Promise<Introspection>,
    private readonly cacheTtl: number,
    private readonly outage: ProviderOutage,
    patience: number,
  ) {
    this.#queue = new CallQueue(patience);
  }

  /** What the provider says of an active token, `null` of one that is not. Rejects with a `ProviderUnavailable` where nobody knows. */
  claimsOf(token: string): Promise<Claims | null> {
    const key = tokenDigest(token);
    const kept = this.#active.get(key) ?? this.#inactive.get(key);
    if (kept !== undefined && isWithin(kept.askedAt, this.cacheTtl)) return Promise.resolve(kept.claims);
    return this.#calls.get(key) ?? this.#call(key, token);
  }

  #call(key: string, token: string): Promise<Claims | null> {
    const reason = this.#reasonNotToAsk(key);
    if (reason !== null) return Promise.reject(new ProviderUnavailable(reason));
    const call = this.#queue.run(() => this.#answer(key, token)).finally(() => this.#calls.delete(key));
    this.#calls.set(key, call);
    return call;
  }

  #reasonNotToAsk(key: string): string | null {
    const failed = this.#failed.get(key);
    return failed !== undefined && isWithin(failed.at, PAUSE) ? failed.reason : this.outage.reason();
  }

  async #answer(key: string, token: string): Promise<Claims | null> {
    const reason = this.outage.reason();
    if (reason !== null) throw new ProviderUnavailable(reason);
    const askedAt = monotonicSeconds();
    const call = this.outage.begin();
    const introspection = await this.ask(token);
    this.outage.end(call, key, introspection);
    if (introspection.kind === 'failed') {
      this.#failed.set(key, { reason: introspection.reason, at: monotonicSeconds() });
      throw new ProviderUnavailable(introspection.reason);
    }
    this.#keep(key, introspection, askedAt);
    return introspection.kind === 'active' ? introspection.claims : null;
  }

  #keep(key: string, introspection: Exclude<Introspection, { kind: 'failed' }>, askedAt: number): void {
    this.#active.delete(key);
    this.#inactive.delete(key);
    // Nothing lies in memory that is not used again.
    if (this.cacheTtl === 0) return;
    if (introspection.kind === 'active') this.#active.set(key, { claims: introspection.claims, askedAt, size: introspection.size });
    else this.#inactive.set(key, { claims: null, askedAt, size: 1 });
  }
}

/** Whether a moment is less than so many seconds ago. */
function isWithin(moment: number, seconds: number): boolean {
  return monotonicSeconds() - moment < seconds;
}
