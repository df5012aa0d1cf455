import { Logger } from '@nestjs/common';
import { monotonicSeconds } from '../keys/clock.js';
import type { Introspection } from './introspection-answer.js';

/** A call that was begun. */
export interface ProviderCall {
  readonly isProbe: boolean;
  /** How many calls had succeeded before. */
  readonly successes: number;
}

type Failed = Extract<Introspection, { kind: 'failed' }>;

interface Outage {
  readonly reason: string;
  readonly since: number;
}

/** So many tokens in a row that the provider cannot be asked about are no accident of one of them. */
const TOKENS = 3;
/** How long nobody is asked. Seconds. */
export const PAUSE = 1;

/**
 * Whether a provider is asked at all. It is not for a second after calls for three tokens found nobody to ask, without a
 * success in between; then one call finds out whether it is back. What it says of one token never counts. The log is told
 * when an outage begins and when it ends.
 */
export class ProviderOutage {
  readonly #logger = new Logger('AuthModule');
  #outage: Outage | null = null;
  #isProbed = false;
  #successes = 0;
  readonly #tokens = new Set<string>();

  /** @param location - of the provider, for the log */
  constructor(private readonly location: string) {}

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
    else if (call.isProbe) this.#probed(introspection);
  }

  /** Nobody was there at start: the first call finds out about it. */
  startWith(reason: string): void {
    this.#tell({ reason, since: -Infinity });
  }

  #succeeded(): void {
    this.#successes += 1;
    this.#tokens.clear();
    this.#tell(null);
  }

  #probed({ reason, isOutage }: Failed): void {
    this.#tell(isOutage ? { reason, since: monotonicSeconds() } : null);
  }

  #suspect({ successes }: ProviderCall, key: string, { reason, isOutage }: Failed): void {
    // It began before the provider last answered, and knows no better.
    if (!isOutage || successes !== this.#successes) return;
    this.#tokens.add(key);
    if (this.#tokens.size < TOKENS) return;
    this.#tokens.clear();
    this.#tell({ reason, since: monotonicSeconds() });
  }

  /** Once for each change, however many requests there are. */
  #tell(outage: Outage | null): void {
    const before = this.#outage;
    this.#outage = outage;
    if (outage !== null && before === null) {
      this.#logger.warn(`An identity provider cannot be asked about tokens: ${outage.reason.replace(/\.$/, '')}. Tokens that are not known get 503 meanwhile.`);
    }
    if (outage === null && before !== null) this.#logger.log(`The identity provider can be asked about tokens again: ${this.location}`);
  }
}
