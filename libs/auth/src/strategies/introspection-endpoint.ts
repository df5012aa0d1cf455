import { ProviderUnavailable } from '../errors.js';
import { monotonicSeconds } from '../keys/clock.js';
import { discoveredEndpoint } from '../keys/discovery.js';
import { locationOf } from '../keys/provider-url.js';
import { introspect } from './introspection-answer.js';
import type { Introspection } from './introspection-answer.js';
import type { IntrospectionPolicy } from './introspection-options.js';

/** What metadata has named is asked for again after a day. Seconds. */
const METADATA_AGE = 86_400;

/** The introspection endpoint of one issuer: given, or named by its metadata. */
export class IntrospectionEndpoint {
  /** Without query: it is shown. */
  readonly location: string;
  #discovered: { readonly url: Promise<string>; readonly at: number } | null = null;

  constructor(private readonly policy: IntrospectionPolicy) {
    this.location = locationOf(policy.introspectionUrl ?? policy.issuer);
  }

  /** Asks about one token, each time. */
  async ask(token: string): Promise<Introspection> {
    const { introspectionUrl, timeout } = this.policy;
    const end = monotonicSeconds() + timeout;
    try {
      const url = introspectionUrl ?? (await this.#discoveredUrl());
      const introspection = await introspect(token, url, this.policy, end - monotonicSeconds());
      if (introspection.kind === 'failed' && introspection.isOutage) this.#forget();
      return introspection;
    } catch (error) {
      this.#forget();
      if (error instanceof ProviderUnavailable) return { kind: 'failed', reason: error.message, isOutage: true };
      throw error;
    }
  }

  /** Once for all tokens that are asked about meanwhile. @see RFC 8414 §2 */
  #discoveredUrl(): Promise<string> {
    const { issuer, network, timeout } = this.policy;
    const at = monotonicSeconds();
    if (this.#discovered === null || at - this.#discovered.at > METADATA_AGE) {
      this.#discovered = { url: discoveredEndpoint(issuer, 'introspection_endpoint', { network, timeout }), at };
    }
    return this.#discovered.url;
  }

  /** It may have moved. */
  #forget(): void {
    this.#discovered = null;
  }
}
