import { ProviderUnavailable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from '../keys/clock.js';
import { discoveredEndpoint } from '../keys/discovery.js';
import { introspect } from './introspection-answer.js';
import type { Introspection } from './introspection-answer.js';
import type { IntrospectionPolicy } from './introspection-options.js';

/** What metadata has named is asked for again after a day. Seconds. */
const METADATA_AGE = 86_400;

/** The introspection endpoint of one issuer: given, or named by its metadata. */
export class IntrospectionEndpoint {
  #discovered: { readonly url: Promise<string>; readonly at: number } | null = null;
  #failure: string | null = null;

  constructor(private readonly policy: IntrospectionPolicy) {}

  /** Asks about one token, each time. */
  async ask(token: string): Promise<Introspection> {
    const { timeout } = this.policy;
    const end = monotonicSeconds() + timeout;
    try {
      const introspection = await introspect(token, await this.#url(), this.policy, secondsUntil(end));
      this.#tell(introspection.kind === 'failed' && introspection.isOutage ? introspection.reason : null);
      return introspection;
    } catch (error) {
      return { kind: 'failed', reason: this.#tell(reasonOf(error)), isOutage: true };
    }
  }

  /** Finds out where to ask. Rejects with a `ProviderUnavailable`. */
  async prepare(): Promise<void> {
    try {
      await this.#url();
    } catch (error) {
      this.#tell(reasonOf(error));
      throw error;
    }
  }

  /** Why nobody could be asked when it was last tried, or `null`; without secrets. */
  failure(): string | null {
    return this.#failure;
  }

  /** Found once for all tokens that are asked about meanwhile. @see RFC 8414 §2 */
  #url(): string | Promise<string> {
    const { introspectionUrl, issuer, network, timeout } = this.policy;
    if (introspectionUrl !== undefined) return introspectionUrl;
    const at = monotonicSeconds();
    if (this.#discovered === null || at - this.#discovered.at > METADATA_AGE) {
      this.#discovered = { url: discoveredEndpoint(issuer, 'introspection_endpoint', { network, timeout }), at };
    }
    return this.#discovered.url;
  }

  /** Of a provider that failed the metadata are read anew: the endpoint may have moved. */
  #tell<F extends string | null>(failure: F): F {
    this.#failure = failure;
    if (failure !== null) this.#discovered = null;
    return failure;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ProviderUnavailable) return error.message;
  throw error;
}
