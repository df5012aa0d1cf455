import type { SecuritySchemeObject } from '../schemes/scheme.js';

/** Where and how the credentials of a scheme travel, as its OpenAPI object tells. */
export interface Wire {
  readonly in: 'cookie' | 'header' | 'query';
  readonly name: string;
  /** The authentication scheme in `Authorization`, in lower case; `null` where the whole value is the key. */
  readonly scheme: string | null;
  /** Well-formed credentials that hold a token. */
  readonly credentials: (token: string) => string;
  /** Credentials that break the syntax; `null` where any text is well-formed. */
  readonly malformed: string | null;
}

/** What a request has to carry. */
export interface Carried {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** `null` for what no request header, cookie or query can hold: a TLS certificate, or an object that says too little. */
export function wireOf({ type, in: place, name, scheme }: Partial<SecuritySchemeObject>): Wire | null {
  if (type === 'oauth2' || type === 'openIdConnect') return authorization('Bearer');
  if (type === 'http') return scheme === undefined ? null : authorization(scheme);
  if (type !== 'apiKey' || place === undefined || name === undefined) return null;
  return { in: place, name: place === 'header' ? name.toLowerCase() : name, scheme: null, credentials: (token) => token, malformed: null };
}

/** Whether a scheme that reads `wire` finds what was sent for another one. */
export function reads(wire: Wire, sent: Wire): boolean {
  return isSameField(wire, sent) && (wire.scheme === null || wire.scheme === sent.scheme);
}

/** A request with all these values; `null` where two of them would need the same place. */
export function carried(values: readonly (readonly [wire: Wire, value: string])[]): Carried | null {
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [index, [wire, value]] of values.entries()) {
    const earlier = values.slice(0, index).filter(([other]) => isSameField(other, wire));
    if (earlier.some(([, other]) => other !== value)) return null;
    if (earlier.length > 0) continue;
    if (wire.in === 'cookie') cookies.push(`${wire.name}=${value}`);
    else if (wire.in === 'header') headers[wire.name] = value;
    else query[wire.name] = value;
  }
  return { headers: { ...headers, ...(cookies.length > 0 && { cookie: cookies.join('; ') }) }, query };
}

function isSameField(one: Wire, other: Wire): boolean {
  return one.in === other.in && one.name === other.name;
}

function authorization(name: string): Wire {
  const scheme = name.toLowerCase();
  // One spelling, so that one field serves two schemes of the kind. @see RFC 9110 §11.1: compared without case
  const credentials = (token: string): string => `${scheme.slice(0, 1).toUpperCase()}${scheme.slice(1)} ${scheme === 'basic' ? btoa(`${token}:${token}`) : token}`;
  return { in: 'header', name: 'authorization', scheme, credentials, malformed: MALFORMED[scheme] ?? null };
}

/** @see RFC 6750 §2.1: a quotation mark is in no token; RFC 7617 §2: nor in base64 */
const MALFORMED: Readonly<Record<string, string>> = { bearer: 'Bearer "', basic: 'Basic "' };
