import { Logger } from '@nestjs/common';
import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { monotonicSeconds } from './clock.js';
import type { KeyHint, KeySource } from './key-source.js';
import type { KeySet } from './key-set.js';
import { PublishedKeys } from './published-keys.js';
import type { Publication } from './published-keys.js';
import type { PinnedKey } from './verification-key.js';

/** After an attempt to fetch the keys nobody tries again for so long, whatever tokens name. Seconds. */
const COOLDOWN = 10;
/** Younger keys are not asked for again. Seconds. */
const MAX_AGE = 600;

export interface RemoteKeysOptions extends Publication {
  /** Older keys are not used: the provider has been silent for too long. Seconds. */
  readonly maxStale: number;
}

/**
 * The keys that a provider publishes, fetched when they are needed. However many requests there are and whatever they
 * ask for, one attempt to fetch is under way at most, and none until `COOLDOWN` after the last one: an outage and tokens
 * with invented key names cost the provider nothing, and no memory here. An attempt is one request for the keys and, where
 * their URL has to be found, one for the metadata, or two where OpenID Connect has none.
 *
 * | age of the keys | |
 * |---|---|
 * | to `MAX_AGE` | used |
 * | to `maxStale` | used, and fetched anew meanwhile |
 * | above, or none yet | requests wait for the fetch; without keys they get `ProviderUnavailable` |
 *
 * A JWK Set that is refused as a whole brings no keys and no new age, but takes those away that it does not list any more.
 */
export class RemoteKeys implements KeySource {
  readonly #logger = new Logger('AuthModule');
  readonly #published: PublishedKeys;
  readonly #maxAge: number;
  readonly #maxStale: number;
  #keys: KeySet | null = null;
  #fetchedAt = -Infinity;
  #closedUntil = -Infinity;
  #attempt: Promise<void> | null = null;
  #isPreparing = false;
  /** Of the last attempt. */
  #failure: ProviderUnavailable | null = null;

  constructor({ maxStale, ...publication }: RemoteKeysOptions) {
    this.#published = new PublishedKeys(publication);
    // Early enough to be replaced before they are too old.
    this.#maxAge = Math.min(MAX_AGE, maxStale / 2);
    this.#maxStale = maxStale;
  }

  keyFor(hint: KeyHint): PinnedKey | null | Promise<PinnedKey | null> {
    const key = this.#usableKeys()?.keyFor(hint) ?? null;
    if (key === null) return this.#keyAfterRefresh(hint);
    if (this.#age() > this.#maxAge) void this.#refresh();
    return key;
  }

  /**
   * Fetches the keys, at start. Rejects with a `ProviderContradiction` where the provider has answered with what can never
   * verify a token, and with another `ProviderUnavailable` in an outage; requests try again by themselves.
   */
  async prepare(): Promise<void> {
    this.#isPreparing = true;
    if (this.#usableKeys() === null) await this.#refresh();
    this.#isPreparing = false;
    if (this.#usableKeys() === null) throw this.#unavailable();
  }

  failure(): string | null {
    return this.#failure?.message ?? null;
  }

  #age(): number {
    return monotonicSeconds() - this.#fetchedAt;
  }

  #usableKeys(): KeySet | null {
    return this.#age() > this.#maxStale ? null : this.#keys;
  }

  #keyAfterRefresh(hint: KeyHint): PinnedKey | null | Promise<PinnedKey | null> {
    return this.#refresh()?.then(() => this.#settledKey(hint)) ?? this.#settledKey(hint);
  }

  /** A key that is missing is refused only by a provider that answers: in an outage it may be a new one. */
  #settledKey(hint: KeyHint): PinnedKey | null {
    const keys = this.#usableKeys();
    const key = keys?.keyFor(hint) ?? null;
    if (key === null && (keys === null || this.#failure !== null)) throw this.#unavailable();
    return key;
  }

  #unavailable(): ProviderUnavailable {
    return this.#failure ?? new ProviderUnavailable(`The keys of ${this.#published.location} are too old`);
  }

  /** The attempt that is under way, a new one, or `null` in the time when nobody may try. It never rejects. */
  #refresh(): Promise<void> | null {
    if (this.#attempt === null && monotonicSeconds() >= this.#closedUntil) this.#attempt = this.#fetch();
    return this.#attempt;
  }

  async #fetch(): Promise<void> {
    try {
      const { keys, refusal } = await this.#published.fetch(this.#keys);
      this.#keys = keys;
      if (refusal === null) this.#fetchedAt = monotonicSeconds();
      this.#tell(refusal);
    } catch (error) {
      // Nobody knows what is published: keys that were good stay in use until they are too old.
      this.#tell(error instanceof ProviderUnavailable ? error : new ProviderUnavailable(`The keys of ${this.#published.location} cannot be read`, { cause: error }));
    } finally {
      this.#closedUntil = monotonicSeconds() + COOLDOWN;
      this.#attempt = null;
    }
  }

  /** Once for each change, however many requests there are. */
  #tell(failure: ProviderUnavailable | null): void {
    const before = this.#failure;
    this.#failure = failure;
    // What is contradicted at the start, who starts the application tells.
    const isTold = this.#isPreparing && failure instanceof ProviderContradiction;
    if (failure !== null && before === null && !isTold) {
      const meanwhile = this.#usableKeys() === null ? 'Its tokens get 503 meanwhile.' : `Known keys are used until they are ${this.#maxStale} s old.`;
      this.#logger.warn(`An identity provider gives no keys: ${failure.message.replace(/\.$/, '')}. ${meanwhile}`);
    }
    if (failure === null && before !== null) this.#logger.log(`The identity provider gives its keys again: ${this.#published.location}`);
  }
}
