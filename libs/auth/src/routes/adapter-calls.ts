/** An HTTP adapter of Nest, as far as it is looked at. */
export type Adapter = Record<string, unknown>;

/** The methods that register a route, on adapters and on the servers below them. */
export const ROUTE_METHODS = [
  'get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'all', 'search', 'query',
  'propfind', 'proppatch', 'mkcol', 'copy', 'move', 'lock', 'unlock',
] as const;

/** What is done around a call. It returns what the call returns. */
export type Around = (call: () => unknown, args: readonly unknown[]) => unknown;

/** Looks at the calls of one adapter's method. Only this instance changes; `this`, arguments, result and errors stay. */
export function observeCalls(adapter: Adapter, name: string, around: Around): void {
  const method = adapter[name];
  if (typeof method !== 'function') return;
  const value = function (this: unknown, ...args: unknown[]): unknown {
    return around(() => Reflect.apply(method, this, args), args);
  };
  Object.defineProperty(adapter, name, { configurable: true, writable: true, enumerable: false, value });
}
