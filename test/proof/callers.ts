import { ApiKeyStrategy } from 'nestjs-scopes';
import type { SchemeName, SchemeValue, Verb } from './application.js';

/** Credentials that a strategy knows, with their scopes, or that it does not know. */
export type Grant = readonly string[] | 'bad';
/** The schemes that read a bearer token; each has its own opinion of it. */
type BearerName = 'oauth2' | 'clients' | 'bearer';

/** What a caller sends. */
export interface Caller {
  readonly authorization: BearerCredentials | BasicCredentials | null;
  readonly header: KeyCredentials | null;
  readonly query: KeyCredentials | null;
  readonly cookie: KeyCredentials | null;
  /** The page of another site sends the request. */
  readonly isCrossSite: boolean;
}
interface BearerCredentials {
  readonly is: 'Bearer';
  readonly grants: Readonly<Partial<Record<BearerName, Grant>>>;
  readonly flaw: 'malformed' | 'twice' | null;
}
interface BasicCredentials {
  readonly is: 'Basic';
  readonly grant: Grant;
  readonly flaw: 'malformed' | 'twice' | null;
}
interface KeyCredentials {
  readonly grant: Grant;
  readonly flaw: 'twice' | null;
}

export const NOBODY: Caller = { authorization: null, header: null, query: null, cookie: null, isCrossSite: false };

/** What a caller has to offer to one scheme: nothing, good credentials with scopes, or what is wrong with them. */
export type Presented = 'absent' | 'bad' | 'twice' | 'cross-site' | readonly string[];

const ALL_SCOPES = ['a', 'b', 'c', 'd'];
const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** Credentials of a scheme without a strategy are good as far as this library goes: the handler checks them. */
export function presentedTo({ name, hasStrategy }: SchemeValue, caller: Caller, method: string): Presented {
  const judged = (grant: Grant): Presented => (hasStrategy ? grant : ALL_SCOPES);
  if (name === 'header' || name === 'query' || name === 'cookie') {
    const sent = caller[name];
    if (sent === null) return 'absent';
    if (sent.flaw !== null) return sent.flaw;
    return name === 'cookie' && caller.isCrossSite && !SAFE.includes(method) ? 'cross-site' : judged(sent.grant);
  }
  const { authorization } = caller;
  if (authorization === null) return 'absent';
  // Of two fields nobody knows which one counts, whatever their schemes are.
  if (authorization.flaw === 'twice') return 'twice';
  if ((authorization.is === 'Basic') !== (name === 'basic')) return 'absent';
  if (authorization.flaw === 'malformed') return 'bad';
  return judged(authorization.is === 'Basic' ? authorization.grant : (authorization.grants[name as BearerName] ?? 'bad'));
}

/** The method that a client uses. */
export function methodOf(verb: Verb): string {
  return verb === 'All' ? 'POST' : verb.toUpperCase();
}

/** The request of a caller: header lines in order, and the query. */
export function requestOf({ authorization, header, query, cookie, isCrossSite }: Caller): { readonly headers: readonly string[]; readonly query: string } {
  const lines: string[] = [];
  const add = (name: string, value: string, flaw: string | null): void => {
    for (let times = flaw === 'twice' ? 2 : 1; times > 0; times -= 1) lines.push(name, value);
  };
  if (authorization !== null) add('Authorization', authorizationOf(authorization), authorization.flaw);
  if (header !== null) add('X-Key', credentialsOf({ header: header.grant }), header.flaw);
  if (isCrossSite) lines.push('Sec-Fetch-Site', 'cross-site');
  if (cookie !== null) lines.push('Cookie', pairs('session', credentialsOf({ cookie: cookie.grant }), cookie.flaw).join('; '));
  return { headers: lines, query: query === null ? '' : `?${pairs('key', credentialsOf({ query: query.grant }), query.flaw).join('&')}` };
}

function pairs(name: string, value: string, flaw: string | null): readonly string[] {
  return Array.from({ length: flaw === 'twice' ? 2 : 1 }, () => `${name}=${value}`);
}

function authorizationOf(sent: BearerCredentials | BasicCredentials): string {
  if (sent.flaw === 'malformed') return `${sent.is} not, credentials`;
  if (sent.is === 'Bearer') return `Bearer ${credentialsOf(sent.grants)}`;
  return `Basic ${Buffer.from(`caller:${credentialsOf({ basic: sent.grant })}`).toString('base64')}`;
}

type Grants = Readonly<Partial<Record<SchemeName, Grant>>>;
const GRANTS = new Map<string, Grants>();

/** Credentials that say by themselves what they are good for. */
function credentialsOf(grants: Grants): string {
  const text = Buffer.from(JSON.stringify(grants)).toString('base64url');
  GRANTS.set(ApiKeyStrategy.hash(text), grants);
  return text;
}

/** The scopes that credentials have for a scheme, by their hash; `null` where they are not good for it. */
export function grantedBy(hash: string, name: SchemeName): readonly string[] | null {
  const grant = GRANTS.get(hash)?.[name] ?? 'bad';
  return grant === 'bad' ? null : grant;
}
