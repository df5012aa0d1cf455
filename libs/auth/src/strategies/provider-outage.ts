import { monotonicSeconds } from '../keys/clock.js';
import type { Introspection } from './introspection-answer.js';

/** A call that was begun. */
export interface ProviderCall {
  readonly isProbe: boolean;
  /** How many calls had succeeded before. */
  readonly successes: number;
}

/** So many tokens in a row that the provider cannot be asked about are no accident of one of them. */
const TOKENS = 3;
/** How long nobody is asked. Seconds. */
export const PAUSE = 1;

/**
 * Whether a provider is asked at all. It is not for a second after calls for three tokens found nobody to ask, without a
 * success in between; then one call finds out whether it is back. What it says of one token never counts.
 */
export class ProviderOutage {
  #outage: { readonly reason: string; readonly since: number } | null = null;
  #isProbed = false;
  #successes = 0;
  readonly #tokens = new Set<string>();

  /** Why nobody is asked now, or `null`. */
  reason(): string | null {
    const outage = this.#outage;
    return outage !== null && (this.#isProbed || monotonicSeconds() - outage.since < PAUSE) ? outage.reason : null;
  }

  /** To be called where there is no reason against it; {@link ProviderOutage.end} must follow. */
  begin(): ProviderCall {
    const isProbe = this.#outage !== null;
    if (isProbe) this.#isProbed = true;
    return { isProbe, successes: this.#successes };
  }

  /** @param key - what stands for the token */
  end(call: ProviderCall, key: string, introspection: Introspection): void {
    if (call.isProbe) this.#isProbed = false;
    if (introspection.kind !== 'failed') this.#succeeded();
    else if (this.#outage === null) this.#suspect(call, key, introspection);
    // Those that were under way when it began say nothing new.
    else if (call.isProbe) this.#outage = introspection.isOutage ? { reason: introspection.reason, since: monotonicSeconds() } : null;
  }

  #succeeded(): void {
    this.#successes += 1;
    this.#tokens.clear();
    this.#outage = null;
  }

  #suspect({ successes }: ProviderCall, key: string, { reason, isOutage }: Introspection & { kind: 'failed' }): void {
    // It began before the provider last answered, and knows no better.
    if (!isOutage || successes !== this.#successes) return;
    this.#tokens.add(key);
    if (this.#tokens.size < TOKENS) return;
    this.#tokens.clear();
    this.#outage = { reason, since: monotonicSeconds() };
  }
}
