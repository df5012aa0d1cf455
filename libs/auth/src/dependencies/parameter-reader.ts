import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import { RouteParamsFactory } from '@nestjs/core/router/route-params-factory.js';
import type { Dependency } from './dependency.js';
import { RESOLVE } from './parameters.js';

/** Reads the parameters of a `resolve` that are decorated with Nest's own decorators: each index with its value, after its pipes. */
export type ParameterReader = (request: object, response: object, next: unknown) => Promise<readonly (readonly [index: number, value: unknown])[]>;

/** One entry of what Nest's parameter decorators leave on a class. */
interface ParameterMetadata {
  readonly index: number;
}

const OWN_PARAMETERS = 'nestjs-scopes:request-parameters';
const WITHOUT_ENHANCERS = { guards: false, interceptors: false, filters: false };

/**
 * Makes the reader; `null` where there is nothing to read. Nest itself evaluates decorators and pipes, the global ones
 * too: its `ExternalContextCreator` calls a function with them, and the one that it gets here returns them.
 *
 * @param taken - the indexes of the parameters that take something of the tree
 */
export function parameterReader(instance: Dependency, taken: ReadonlySet<number>, contexts: ExternalContextCreator): ParameterReader | null {
  const host = instance.constructor;
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, host, RESOLVE) ?? {}) as Readonly<Record<string, ParameterMetadata>>;
  const own = Object.entries(all).filter(([, { index }]) => !taken.has(index));
  if (own.length === 0) return null;
  Reflect.defineMetadata(OWN_PARAMETERS, Object.fromEntries(own), host, RESOLVE);
  const indexes = own.map(([, { index }]) => index);
  const collect = (...values: unknown[]): unknown => ({ values });
  const read = contexts.create(instance, collect, RESOLVE, OWN_PARAMETERS, paramsFactory, undefined, undefined, WITHOUT_ENHANCERS, 'http') as Reader;
  return async (request, response, next) => {
    const { values } = await read(request, response, next);
    return indexes.map((index) => [index, values[index]] as const);
  };
}

type Reader = (...request: unknown[]) => Promise<{ readonly values: readonly unknown[] }>;

const routeParams = new RouteParamsFactory();

/** Hands the three arguments of a route to Nest's own factory. */
const paramsFactory = {
  exchangeKeyForValue: (type: number, data: unknown, [req, res, next]: readonly unknown[]): unknown =>
    routeParams.exchangeKeyForValue(...([type, data, { req, res, next }] as unknown as Parameters<RouteParamsFactory['exchangeKeyForValue']>)),
};

/** The indexes of all parameters of a `resolve` that have a decorator of Nest's. */
export function decoratedIndexes(instance: object): readonly number[] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, instance.constructor, RESOLVE) ?? {}) as Readonly<Record<string, ParameterMetadata>>;
  return Object.values(all).map(({ index }) => index);
}
