import type { SchemeRequest } from './scheme.js';

/**
 * The values of a query parameter, in order, from the request's target as it was sent: what a framework makes of the
 * query differs (lists, nested names). Decoded as WHATWG URL §5.1 says, as FastAPI does.
 */
export function queryParameters(request: SchemeRequest, name: string): readonly string[] {
  // A fragment is no part of the query, for routers either. @see RFC 3986 §3.4
  const [target = ''] = requestTarget(request).split('#', 1);
  const start = target.indexOf('?');
  // The ampersand keeps a second question mark, which would be dropped, as part of the first name.
  return start === -1 ? [] : new URLSearchParams(`&${target.slice(start + 1)}`).getAll(name);
}

/** Whether the query has a parameter of a name, empty or not. */
export function hasQueryParameter(request: SchemeRequest, name: string): boolean {
  return queryParameters(request, name).length > 0;
}

/** The target of a request as it was sent: path and query. */
export function requestTarget(request: SchemeRequest): string {
  return request.originalUrl ?? request.url ?? request.raw?.url ?? '';
}
