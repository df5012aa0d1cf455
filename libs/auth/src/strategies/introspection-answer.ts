import { providerJson } from '../keys/outbound.js';
import type { Answer } from '../keys/outbound.js';
import { locationOf } from '../keys/provider-url.js';
import { hardenedClaims } from './claims.js';
import type { Claims } from './claims.js';
import type { IntrospectionPolicy } from './introspection-options.js';
import { hasRepeatedName } from './json-names.js';

/**
 * What became of asking about one token. `failed`: nobody knows, and the reason is for the log; `isOutage` where the provider
 * cannot be reached, or does not know us. Anything else it, or a firewall before it, may say of this one token.
 */
export type Introspection =
  | { readonly kind: 'active'; readonly claims: Claims; /** Bytes, at most. */ readonly size: number }
  | { readonly kind: 'inactive' }
  | { readonly kind: 'failed'; readonly reason: string; readonly isOutage: boolean };

/** Larger answers are none. Bytes. */
const MAX_SIZE = 64 * 1024;
/** What an answer takes of the memory at most. Bytes for each member and each character. */
const MEMBER_SIZE = 256;
const CHARACTER_SIZE = 2;

/** Asks an endpoint about one token. Rejects with a `ProviderUnavailable`. @param timeout - seconds @see RFC 7662 §2.1, §2.2 */
export async function introspect(token: string, url: string, policy: IntrospectionPolicy, timeout: number): Promise<Introspection> {
  const answer = await providerJson(url, {
    network: policy.network,
    timeout,
    maxSize: MAX_SIZE,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basicAuthorization(policy) },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
  });
  return introspectionOf(answer, locationOf(url));
}

/** @see RFC 6749 §2.3.1: the identifier and the secret are form-encoded before they are joined. */
function basicAuthorization({ clientId, clientSecret }: IntrospectionPolicy): string {
  return `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`;
}

/** @see RFC 6749 Appendix B */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice('='.length);
}

function introspectionOf({ status, json, text }: Answer, location: string): Introspection {
  const failed = (reason: string): Introspection => ({ kind: 'failed', reason: `${location} ${reason}`, isOutage: status === 401 });
  if (status === 401 || status === 403) return failed(`has refused the client of this API (${String(status)}); check clientId, clientSecret and its right to introspect`);
  if (status === 400 && isUnsupported(json)) return { kind: 'inactive' };
  if (status !== 200) return failed(`has answered with ${String(status)}`);
  if (typeof json !== 'object' || json === null) return failed('has answered with something else than an object');
  const { active } = json as { active?: unknown };
  if (typeof active !== 'boolean' || !Object.hasOwn(json, 'active')) return failed('has not said whether the token is active');
  if (hasRepeatedName(text)) return failed('has answered with a name that stands twice');
  if (!active) return { kind: 'inactive' };
  const hardened = hardenedClaims(json);
  if (hardened === null) return failed('has answered with objects that are nested too deep, or with too many members');
  return { kind: 'active', claims: hardened.claims, size: MEMBER_SIZE * hardened.members + CHARACTER_SIZE * text.length };
}

/** A provider that knows no such tokens says so of one, and not of the call: oidc-provider of every JWT. @see RFC 7009 §2.2.1 */
function isUnsupported(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'error' in json && json.error === 'unsupported_token_type';
}
