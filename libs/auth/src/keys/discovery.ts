import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { monotonicSeconds, secondsUntil } from './clock.js';
import { providerJson } from './outbound.js';
import type { Answer } from './outbound.js';
import type { Network } from './provider-address.js';
import { locationOf, publishedUrlProblem } from './provider-url.js';

export interface DiscoveryOptions {
  readonly network: Network;
  /** For all of it. Seconds. */
  readonly timeout: number;
}

/** The URLs of a provider that are read from its metadata. @see RFC 8414 §2 */
export type EndpointName = 'jwks_uri' | 'introspection_endpoint';
type Metadata = Readonly<Record<string, unknown>>;

/** The option that gives the URL where metadata do not. */
const OPTION_OF = { jwks_uri: 'jwksUri', introspection_endpoint: 'introspectionUrl' } as const satisfies Record<EndpointName, string>;

/** A longer issuer of a document is not shown. Characters. */
const MAX_SHOWN = 300;
/** What a log shows in another way than it is: controls, marks of direction, line separators, characters that nobody has defined. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A URL from an issuer's metadata: the document of OpenID Connect, or of OAuth where there is no such. */
export async function discoveredEndpoint(issuer: string, name: EndpointName, options: DiscoveryOptions): Promise<string> {
  const [location, metadata] = await metadataOf(issuer, name, options);
  return endpointIn(metadata, location, issuer, name, options.network);
}

/**
 * A URL that metadata name. Their issuer must be the configured one, byte for byte: the document would speak for another
 * issuer otherwise.
 *
 * @see OpenID Connect Discovery 1.0 §4, §4.3; RFC 8414 §3, §3.3
 */
export function endpointIn(metadata: Metadata, location: string, issuer: string, name: EndpointName, network: Network): string {
  if (metadata['issuer'] !== issuer) throw otherIssuer(location, metadata['issuer'], issuer);
  const { [name]: named } = metadata;
  if (named === undefined) throw new ProviderContradiction(`${location} names no ${name}`, `give ${OPTION_OF[name]}, or the issuer that publishes it.`);
  const endpoint = typeof named === 'string' ? named : '';
  const refused = publishedUrlProblem(`${name} of ${location}`, endpoint, issuer, network);
  if (refused !== null) throw new ProviderContradiction(refused.problem, refused.mend);
  return endpoint;
}

async function metadataOf(issuer: string, name: EndpointName, options: DiscoveryOptions): Promise<readonly [location: string, metadata: Metadata]> {
  const end = monotonicSeconds() + options.timeout;
  const ofOpenId = openIdLocation(issuer);
  const answer = await providerJson(ofOpenId, options);
  if (answer.status !== 404) return [ofOpenId, metadataIn(answer, ofOpenId, name)];
  const ofOauth = oauthLocation(issuer);
  const other = await providerJson(ofOauth, { ...options, timeout: secondsUntil(end) });
  return [ofOauth, metadataIn(other, `${ofOpenId} has answered 404, and ${ofOauth}`, name)];
}

/** @see OpenID Connect Discovery 1.0 §4.1: a terminating slash is removed, and the path follows. */
function openIdLocation(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** @see RFC 8414 §3.1: between the host and the path, whose terminating slash is removed. */
function oauthLocation(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
}

function metadataIn({ status, json }: Answer, location: string, name: EndpointName): Metadata {
  // No contradiction: proxies answer so for a provider that is about to start.
  if (status === 404) throw new ProviderUnavailable(`${location} has answered 404: give the issuer as the provider writes it, or ${OPTION_OF[name]} where it publishes no metadata`);
  if (status !== 200) throw new ProviderUnavailable(`${location} has answered ${status}`);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Metadata;
  throw new ProviderUnavailable(`${location} has answered with something else than a JSON object`);
}

function otherIssuer(location: string, found: unknown, configured: string): ProviderContradiction {
  const shown = shownIssuer(found);
  const problem = `${locationOf(location)} is of the issuer ${shown}, and ${JSON.stringify(configured)} is configured`;
  return new ProviderContradiction(problem, mendOf(found, shown, configured));
}

/** A text in quotes, and nothing else: what is nested deep enough cannot be written at all. */
function shownIssuer(found: unknown): string {
  if (typeof found !== 'string') return 'none';
  if (found.length > MAX_SHOWN) return `a text of ${found.length} characters`;
  return JSON.stringify(found).replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function mendOf(found: unknown, shown: string, configured: string): string {
  const withoutSlash = (text: string): string => text.replace(/\/$/, '');
  if (typeof found !== 'string') return 'give the issuer of a provider that publishes its metadata.';
  if (withoutSlash(found) === withoutSlash(configured)) {
    return `write issuer: ${shown}, ${found.endsWith('/') ? 'with' : 'without'} the slash at the end: the two must be equal in every character.`;
  }
  // Microsoft Entra ID has one document for all tenants.
  if (found.includes('{')) return 'give the issuer of your own tenant: this document is for all of them.';
  return `write issuer: ${shown} if that is the provider that you trust; its tokens have to say the same.`;
}
