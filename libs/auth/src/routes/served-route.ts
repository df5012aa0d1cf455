/** A route that stands on the HTTP server. */
export interface ServedRoute {
  /** `GET`, `POST`, ...; `ALL` where it answers every method. */
  readonly method: string;
  readonly path: string;
  /** The functions that answer it. */
  readonly handlers: readonly unknown[];
}

/** A server has further methods, which differ from version to version; a route for all has these. */
const COMMON = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The methods of a route as it is listed, HEAD as a part of GET. `undefined`: the server calls it for every method. */
export function methodsOf(methods: readonly (string | undefined)[]): readonly string[] {
  const named = new Set(methods.map((method) => method?.toUpperCase() ?? 'ALL'));
  return named.has('ALL') || COMMON.every((method) => named.has(method)) ? ['ALL'] : [...named].filter((method) => method !== 'HEAD' || !named.has('GET'));
}
