import type { SchemeRequest } from './scheme.js';

/** Methods that change nothing. @see RFC 9110 §9.2.1 */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Whether a browser sent this request for a page of another site, and it may change something: cookies go along with such
 * requests by themselves.
 *
 * `Sec-Fetch-Site` tells where the browser sends it, otherwise `Origin` is compared with `Host`. Without both the client is
 * no browser of today. A sibling domain is the same site. Pages of `trustedOrigins` may send it from anywhere.
 *
 * @see OWASP ASVS 5.0 §3.5.1
 */
export function isCrossSite(request: SchemeRequest, trustedOrigins: readonly string[]): boolean {
  const { headers, method = request.raw?.method ?? '' } = request;
  if (SAFE_METHODS.has(method)) return false;
  const origin = headers['origin'];
  if (typeof origin === 'string' && trustedOrigins.includes(origin)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'same-site' && site !== 'none';
  if (origin === undefined) return false;
  // HTTP/2 has the pseudo-header in place of the field.
  const host = headers[':authority'] ?? headers['host'];
  return typeof host !== 'string' || host === '' || hostOf(origin) !== host.toLowerCase();
}

/** `null`, which a browser sends for a sandboxed page, has no host. */
function hostOf(origin: string | string[]): string | null {
  return URL.canParse(String(origin)) ? new URL(String(origin)).host : null;
}
