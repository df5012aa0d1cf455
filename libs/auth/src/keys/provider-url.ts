import { isIP } from 'node:net';
import { addressProblem, isLoopbackHost } from './provider-address.js';
import type { Network } from './provider-address.js';
import type { KeyProblem } from './verification-key.js';

/** Longer ones are a mistake, or somebody who fills the log. Characters. */
const MAX_URL_LENGTH = 2048;

/**
 * What is wrong with the URL of an identity provider, or `null`: https, or http on this machine itself; no user name, no
 * fragment, and for the field `issuer` no query; an IP address must be one that may be reached. What a name resolves to is
 * checked when it is connected to.
 */
export function providerUrlProblem(field: string, url: unknown, network: Network): KeyProblem | null {
  const parsed = typeof url === 'string' && url.length <= MAX_URL_LENGTH ? parsedUrl(url) : null;
  if (parsed === null) return { problem: `${field} is not a URL`, mend: `write it in full: https://login.example.com${field === 'issuer' ? '' : '/keys'}.` };
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isLoopbackHost(parsed.hostname))) {
    return { problem: `${field} is not an https URL`, mend: 'use https; http is for localhost, 127.0.0.1 and [::1] only.' };
  }
  if (parsed.username !== '' || parsed.password !== '') return { problem: `${field} has a user name or password in it`, mend: 'leave them out.' };
  if (parsed.href.includes('#')) return { problem: `${field} has a fragment (#)`, mend: 'leave it out: it is never sent.' };
  // RFC 8414 §2, OpenID Connect Discovery 1.0 §3: the paths of the metadata have no room for one.
  if (field === 'issuer' && parsed.href.includes('?')) return { problem: 'issuer has a query (?)', mend: 'write it as the "iss" of its tokens: no issuer that publishes metadata has one.' };
  return hostProblem(field, parsed.hostname, network);
}

/** The same of a URL that an issuer's metadata names: a document from elsewhere must not choose what is asked on this machine. */
export function publishedUrlProblem(field: string, url: string, issuer: string, network: Network): KeyProblem | null {
  const problem = providerUrlProblem(field, url, network);
  if (problem !== null || isLoopbackUrl(issuer) || !isLoopbackUrl(url)) return problem;
  return { problem: `${field} leads to this machine itself`, mend: 'let the provider publish the URL that others reach it at.' };
}

/** A URL for messages: without query, which may have a secret. */
export function locationOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function isLoopbackUrl(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

function parsedUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function hostProblem(field: string, host: string, network: Network): KeyProblem | null {
  const address = host.replace(/^\[|\]$/g, '');
  const problem = isIP(address) === 0 ? null : addressProblem(host, address, network);
  if (problem === null) return null;
  const isOwnNetwork = addressProblem(host, address, 'private') === null;
  const mend = isOwnNetwork ? 'name a public host, or set privateNetwork: true for a provider in your own network.' : 'name the host of the provider; this machine is localhost, 127.0.0.1 or [::1].';
  return { problem: `the host of ${field} ${problem}`, mend };
}
