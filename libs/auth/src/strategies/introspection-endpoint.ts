import { ProviderUnavailable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from '../keys/clock.js';
import { ProviderEndpoint } from '../keys/provider-endpoint.js';
import { introspect } from './introspection-answer.js';
import type { Introspection } from './introspection-answer.js';
import type { IntrospectionPolicy } from './introspection-options.js';

/** The introspection endpoint of one issuer: given, or named by its metadata. */
export class IntrospectionEndpoint {
  readonly #endpoint: ProviderEndpoint;
  #failure: string | null = null;

  constructor(private readonly policy: IntrospectionPolicy) {
    const { issuer, introspectionUrl: given = null, network } = policy;
    this.#endpoint = new ProviderEndpoint({ issuer, name: 'introspection_endpoint', given, network });
  }

  /** Asks about one token, each time. */
  async ask(token: string): Promise<Introspection> {
    const introspection = await this.#answer(token);
    this.#failure = isOutage(introspection) ? introspection.reason : null;
    return introspection;
  }

  /** Finds out where to ask. Rejects with a `ProviderUnavailable`. */
  async prepare(): Promise<void> {
    try {
      await this.#endpoint.find(this.#end());
    } catch (error) {
      this.#failure = outageOf(error).reason;
      throw error;
    }
  }

  /** Why nobody could be asked when it was last tried, or `null`; without secrets. */
  failure(): string | null {
    return this.#failure;
  }

  async #answer(token: string): Promise<Introspection> {
    const end = this.#end();
    try {
      const found = await this.#endpoint.find(end);
      const introspection = await introspect(token, found.url, this.policy, secondsUntil(end)).catch(outageOf);
      if (isOutage(introspection)) this.#endpoint.doubt(found);
      return introspection;
    } catch (error) {
      return outageOf(error);
    }
  }

  /** When an answer is too late. */
  #end(): number {
    return monotonicSeconds() + this.policy.timeout;
  }
}

type Failed = Extract<Introspection, { kind: 'failed' }>;

function isOutage(introspection: Introspection): introspection is Failed {
  return introspection.kind === 'failed' && introspection.isOutage;
}

function outageOf(error: unknown): Failed {
  if (error instanceof ProviderUnavailable) return { kind: 'failed', reason: error.message, isOutage: true };
  throw error;
}
