import { ProviderUnavailable, ProviderUnreachable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from '../keys/clock.js';
import { ProviderEndpoint } from '../keys/provider-endpoint.js';
import type { FoundEndpoint } from '../keys/provider-endpoint.js';
import { introspect } from './introspection-answer.js';
import type { Introspection } from './introspection-answer.js';
import type { IntrospectionPolicy } from './introspection-options.js';

type Failed = Extract<Introspection, { kind: 'failed' }>;

/** For what may be of one token the metadata are not asked again within a minute: whoever sends such tokens must not set the pace. */
const DOUBT = 60;

/** The introspection endpoint of one issuer: given, or named by its metadata. */
export class IntrospectionEndpoint {
  readonly #endpoint: ProviderEndpoint;
  #failure: string | null = null;
  #doubtedAt = -Infinity;

  constructor(private readonly policy: IntrospectionPolicy) {
    const { issuer, introspectionUrl: given = null, network } = policy;
    this.#endpoint = new ProviderEndpoint({ issuer, name: 'introspection_endpoint', given, network });
  }

  /** Asks about one token, each time. It never rejects. */
  async ask(token: string): Promise<Introspection> {
    const introspection = await this.#introspection(token);
    this.#failure = introspection.kind === 'failed' ? introspection.reason : null;
    return introspection;
  }

  /** Finds out where to ask. Rejects with a `ProviderUnavailable`. */
  async prepare(): Promise<void> {
    try {
      await this.#endpoint.find(this.#end());
    } catch (error) {
      this.#failure = reasonOf(error);
      throw error;
    }
  }

  /** Why nobody could be asked when it was last tried, or `null`; without secrets. */
  failure(): string | null {
    return this.#failure;
  }

  async #introspection(token: string): Promise<Introspection> {
    const start = monotonicSeconds();
    const end = start + this.policy.timeout;
    try {
      const found = await this.#endpoint.find(end);
      const introspection = await introspect(token, found.url, this.policy, secondsUntil(end)).catch(failureOf);
      if (introspection.kind === 'failed') this.#doubt(found, introspection, start);
      return introspection;
    } catch (error) {
      // Without an endpoint there is nobody to ask about any token.
      return { kind: 'failed', reason: reasonOf(error), isOutage: true };
    }
  }

  /** It may have moved. */
  #doubt(found: FoundEndpoint, { isOutage }: Failed, start: number): void {
    const now = monotonicSeconds();
    if (!isOutage && now - this.#doubtedAt < DOUBT) return;
    this.#doubtedAt = now;
    this.#endpoint.doubt(found, start);
  }

  /** When an answer is too late. */
  #end(): number {
    return monotonicSeconds() + this.policy.timeout;
  }
}

function failureOf(error: unknown): Failed {
  return { kind: 'failed', reason: reasonOf(error), isOutage: error instanceof ProviderUnreachable };
}

/** Of an error that nobody has thought of nothing is shown: it may quote what was sent. */
function reasonOf(error: unknown): string {
  return error instanceof ProviderUnavailable ? error.message : 'The introspection endpoint cannot be asked, for a reason that was not expected';
}
