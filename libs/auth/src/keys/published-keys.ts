import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from './clock.js';
import { KeySet, keySetInTurns } from './key-set.js';
import { providerJson } from './outbound.js';
import type { Network } from './provider-address.js';
import { ProviderEndpoint } from './provider-endpoint.js';
import { locationOf } from './provider-url.js';
import { standingKeys } from './standing-keys.js';
import type { JwtAlgorithm } from './verification-key.js';

/** Where an issuer publishes its keys. */
export interface Publication {
  readonly issuer: string;
  /** The URL of the JWK Set; `null`: the issuer's metadata names it. */
  readonly jwksUri: string | null;
  readonly algorithms: readonly JwtAlgorithm[];
  /** Whether the provider may be at a private address. */
  readonly privateNetwork: boolean;
}

/** For the whole of a fetch, discovery included. Seconds. */
const TIMEOUT = 5;

/** What a provider has answered. */
interface Published {
  /** Of a set that is refused, the keys that were known before and that it still lists; `null` where there are none. */
  readonly keys: KeySet | null;
  /** Why the set is refused, and `null` where it is good. */
  readonly refusal: ProviderContradiction | null;
}

/** Fetches the keys of one issuer, by itself as often as it is told to. */
export class PublishedKeys {
  /** Without query: it is shown. */
  readonly location: string;
  readonly #network: Network;
  readonly #endpoint: ProviderEndpoint;
  #last: { readonly text: string; readonly keys: KeySet } | null = null;

  constructor(private readonly publication: Publication) {
    const { issuer, jwksUri, privateNetwork } = publication;
    this.location = jwksUri === null ? issuer : locationOf(jwksUri);
    this.#network = privateNetwork ? 'private' : 'public';
    this.#endpoint = new ProviderEndpoint({ issuer, name: 'jwks_uri', given: jwksUri, network: this.#network });
  }

  /** The keys that are published now: of an unchanged document the same ones. Rejects with a `ProviderUnavailable` where no document came. */
  async fetch(known: KeySet | null): Promise<Published> {
    const start = monotonicSeconds();
    const end = start + TIMEOUT;
    const found = await this.#endpoint.find(end);
    try {
      const { status, json, text } = await providerJson(found.url, { network: this.#network, timeout: secondsUntil(end) });
      if (status !== 200) throw new ProviderUnavailable(`${locationOf(found.url)} has answered ${status}`);
      return await this.#read(found.url, json, text, known);
    } catch (error) {
      this.#endpoint.doubt(found, start);
      throw error;
    }
  }

  async #read(jwksUri: string, document: unknown, text: string, known: KeySet | null): Promise<Published> {
    if (this.#last?.text === text) return { keys: this.#last.keys, refusal: null };
    const keys = await keySetInTurns(document, this.publication.algorithms);
    if (keys instanceof KeySet) {
      this.#last = { text, keys };
      return { keys, refusal: null };
    }
    const refusal = new ProviderContradiction(`${locationOf(jwksUri)}: ${keys.problem}`, keys.mend);
    return { keys: known === null ? null : await standingKeys(known, document), refusal };
  }
}
