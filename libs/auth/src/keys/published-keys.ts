import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from './clock.js';
import { discoveredEndpoint } from './discovery.js';
import { KeySet, keySet } from './key-set.js';
import { providerJson } from './outbound.js';
import { locationOf } from './provider-url.js';
import type { JwtAlgorithm } from './verification-key.js';

/** Where an issuer publishes its keys. */
export interface Publication {
  readonly issuer: string;
  /** The URL of the JWK Set; `null`: the issuer's metadata names it. */
  readonly jwksUri: string | null;
  readonly algorithms: readonly JwtAlgorithm[];
  /** Whether the provider may be at a private address. */
  readonly privateNetwork: boolean;
  /** For the whole of a fetch, discovery included. Seconds. @defaultValue 5 */
  readonly timeout?: number;
}

/** What metadata has named is asked for again after a day. Seconds. */
const METADATA_AGE = 86_400;

/** Fetches the keys of one issuer, by itself as often as it is told to. */
export class PublishedKeys {
  /** Without query: it is shown. */
  readonly location: string;
  #discovered: { readonly jwksUri: string; readonly at: number } | null = null;
  #last: { readonly text: string; readonly keys: KeySet } | null = null;

  constructor(private readonly publication: Publication) {
    this.location = locationOf(publication.jwksUri ?? publication.issuer);
  }

  /** The keys that are published now: of an unchanged document the same ones. Rejects with a `ProviderUnavailable`. */
  async fetch(): Promise<KeySet> {
    const { privateNetwork, timeout = 5 } = this.publication;
    const network = privateNetwork ? 'private' : 'public';
    const end = monotonicSeconds() + timeout;
    const jwksUri = this.publication.jwksUri ?? (await this.#discoveredUri({ network, timeout }));
    try {
      const { status, json, text } = await providerJson(jwksUri, { network, timeout: secondsUntil(end) });
      if (status !== 200) throw new ProviderUnavailable(`${locationOf(jwksUri)} has answered ${status}`);
      return this.#read(jwksUri, json, text);
    } catch (error) {
      // It may have moved.
      this.#discovered = null;
      throw error;
    }
  }

  async #discoveredUri(options: Parameters<typeof discoveredEndpoint>[2]): Promise<string> {
    const { issuer } = this.publication;
    const at = monotonicSeconds();
    if (this.#discovered === null || at - this.#discovered.at > METADATA_AGE) {
      this.#discovered = { jwksUri: await discoveredEndpoint(issuer, 'jwks_uri', options), at };
    }
    return this.#discovered.jwksUri;
  }

  #read(jwksUri: string, document: unknown, text: string): KeySet {
    if (this.#last?.text === text) return this.#last.keys;
    const keys = keySet(document, this.publication.algorithms);
    if (!(keys instanceof KeySet)) throw new ProviderContradiction(`${locationOf(jwksUri)}: ${keys.problem}`, keys.mend);
    this.#last = { text, keys };
    return keys;
  }
}
