import type { INestApplication } from '@nestjs/common';
import { AuthConfigurationError } from '../errors.js';
import { ROUTE_METHODS } from '../routes/adapter-calls.js';
import type { GuardedRequest, GuardedResponse } from './decider.js';

/** What an HTTP adapter calls for a request. */
export type RouteHandler = (this: unknown, request: GuardedRequest, response: GuardedResponse, ...rest: unknown[]) => unknown;
type Guard = (handler: RouteHandler) => RouteHandler;

/** The place that findings name. */
export const PROTECT_DOCS = 'protectDocs';

/** The application, with an adapter that hands each route that is registered to a guard. What else is done, is done to the application. */
export function guardingApplication<App extends INestApplication>(app: App, guard: Guard): App {
  const adapter = app.getHttpAdapter();
  const guardingAdapter = standIn(adapter, (name) => guardingMethod(adapter, name, guard));
  return standIn(app, (name) => {
    if (name === 'getHttpAdapter') return () => guardingAdapter;
    // An application hands what it does not have on to its adapter; its own `get` looks a provider up.
    return name === 'get' ? undefined : guardingMethod(adapter, name, guard);
  });
}

/** What would be left open. */
export function notGuardable(problem: string, mend: string): AuthConfigurationError {
  return new AuthConfigurationError([{ code: 'invalid-option', where: PROTECT_DOCS, problem, mend }]);
}

/** An object that answers for another one, but for what `replaced` gives. */
function standIn<T extends object>(target: T, replaced: (name: string | symbol) => unknown): T {
  const stand: T = new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name, target);
      return replaced(name) ?? (typeof value === 'function' ? calling(value) : value);
    },
  });
  /** What returns the object itself, for the next call in a chain, returns the one that stands for it. */
  const calling = (method: object) => (...args: unknown[]): unknown => {
    const result: unknown = Reflect.apply(method as RouteHandler, target, args as never);
    return result === target ? stand : result;
  };
  return stand;
}

/** A method of the adapter that registers a route: the first of its handlers is guarded, and what follows comes after it. */
function guardingMethod(adapter: object, name: string | symbol, guard: Guard): unknown {
  if (name === 'use' || name === 'register') return () => { throw notGuardable(`does not guard what ${name}() mounts`, `register a route, or call ${name}() on the application itself.`); };
  if (!(ROUTE_METHODS as readonly (string | symbol)[]).includes(name)) return undefined;
  return (path: unknown, ...others: unknown[]) => {
    const [handler, ...rest] = others.flat(Infinity);
    if (typeof handler !== 'function') throw notGuardable(`cannot guard ${String(name)}() without a handler`, 'give a path and a function.');
    return Reflect.apply(Reflect.get(adapter, name) as RouteHandler, adapter, [path, guard(handler as RouteHandler), ...rest] as never);
  };
}
