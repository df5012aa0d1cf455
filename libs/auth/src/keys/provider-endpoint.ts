import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from './clock.js';
import { discoveredEndpoint } from './discovery.js';
import type { EndpointName } from './discovery.js';
import type { Network } from './provider-address.js';

/** Where an endpoint of an issuer is. */
interface EndpointSource {
  readonly issuer: string;
  readonly name: EndpointName;
  /** Its URL from the options; `null`: the issuer's metadata name it. */
  readonly given: string | null;
  readonly network: Network;
}

/** A URL as it was found: the same object until the metadata were asked again. */
export interface FoundEndpoint {
  readonly url: string;
  /** When metadata were last asked for it. Of the monotonic clock. */
  readonly at: number;
  /** Until when nobody has to be asked. Of the monotonic clock. */
  readonly until: number;
}

/** What metadata have named is asked for again after a day. Seconds. */
const METADATA_AGE = 86_400;
/** When the metadata cannot be had, a URL that is known is good for so long again. Seconds. */
const RESPITE = 600;

/**
 * The URL of one endpoint of an issuer: given, or named by the issuer's metadata and remembered. It is asked for again after a
 * day, and after a failure of the endpoint, as it may have moved. Until there is a new one the known one is used: an
 * outage of the metadata stops no endpoint that answers. Metadata that contradict the configuration end its use.
 *
 * @see RFC 8414 §2
 */
export class ProviderEndpoint {
  #found: FoundEndpoint | null = null;
  #search: Promise<FoundEndpoint> | null = null;

  constructor(private readonly source: EndpointSource) {
    if (source.given !== null) this.#found = { url: source.given, at: -Infinity, until: Infinity };
  }

  /** Searched once for all who want it meanwhile. Rejects with a `ProviderUnavailable`. @param end - of the monotonic clock */
  async find(end: number): Promise<FoundEndpoint> {
    const found = this.#found;
    if (found !== null && monotonicSeconds() < found.until) return found;
    this.#search ??= this.#searched(found, end).finally(() => { this.#search = null; });
    return this.#search;
  }

  /**
   * Notes that the endpoint has failed, in an attempt that has begun at `start` of the monotonic clock. Of one that was found
   * before the last search it says nothing new, nor where metadata were asked in that attempt: what they took of its time
   * the next one has for the endpoint, so that a provider that is slow, and nothing else, can answer.
   */
  doubt(failed: FoundEndpoint, start: number): void {
    if (this.source.given === null && this.#found === failed && failed.at <= start) this.#found = { ...failed, until: -Infinity };
  }

  async #searched(known: FoundEndpoint | null, end: number): Promise<FoundEndpoint> {
    const { issuer, name, network } = this.source;
    // Half of the time where a URL is known: metadata that do not come leave the other half to use it.
    const timeout = known === null ? secondsUntil(end) : secondsUntil(end) / 2;
    try {
      return this.#keep(await discoveredEndpoint(issuer, name, { network, timeout }), METADATA_AGE);
    } catch (error) {
      const isOutage = error instanceof ProviderUnavailable && !(error instanceof ProviderContradiction);
      if (known !== null && isOutage) return this.#keep(known.url, RESPITE);
      this.#found = null;
      // An error that nobody has thought of stops no application, and no search after it.
      throw error instanceof ProviderUnavailable ? error : new ProviderUnavailable(`The metadata of ${issuer} cannot be read`, { cause: error });
    }
  }

  #keep(url: string, seconds: number): FoundEndpoint {
    const at = monotonicSeconds();
    const found = { url, at, until: at + seconds };
    this.#found = found;
    return found;
  }
}
