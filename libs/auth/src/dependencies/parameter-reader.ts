import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import { RouteParamsFactory } from '@nestjs/core/router/route-params-factory.js';
import type { AnyClass } from '../scopes/declarations.js';
import type { Dependency } from './dependency.js';
import { RESOLVE } from './parameters.js';

/** Reads the parameters of a `resolve` that are decorated with Nest's own decorators: each index with its value, after its pipes. */
export type ParameterReader = (request: object, response: object, next: unknown) => Promise<readonly (readonly [index: number, value: unknown])[]>;

/** One entry of what Nest's parameter decorators leave on a class, under a key that starts with the kind. */
interface ParameterMetadata {
  readonly index: number;
  readonly data?: unknown;
}

const OWN_PARAMETERS = 'nestjs-scopes:request-parameters';
const WITHOUT_ENHANCERS = { guards: false, interceptors: false, filters: false };

/** The kinds that Nest's router hands over as they are. Awaited, as pipes' values are, Fastify's reply would wait for itself. */
const WITHOUT_PIPES: readonly number[] = [
  RouteParamtypes.REQUEST,
  RouteParamtypes.RESPONSE,
  RouteParamtypes.NEXT,
  RouteParamtypes.HEADERS,
  RouteParamtypes.SESSION,
  RouteParamtypes.HOST,
  RouteParamtypes.IP,
];

/**
 * Makes the reader; `null` where there is nothing to read. Nest itself evaluates decorators and pipes, the global ones
 * too: its `ExternalContextCreator` calls a function with them, and the one that it gets here returns them.
 *
 * @param taken - the indexes of the parameters that take something of the tree
 */
export function parameterReader(instance: Dependency, taken: ReadonlySet<number>, contexts: ExternalContextCreator): ParameterReader | null {
  const own = Object.entries(parametersOf(instance)).filter(([, { index }]) => !taken.has(index));
  if (own.length === 0) return null;
  const [direct, piped] = [own.filter(([key]) => isDirect(key)), own.filter(([key]) => !isDirect(key))];
  const readPiped = piped.length === 0 ? null : pipedReader(instance, piped, contexts);
  return async (...request) => {
    const values = direct.map(([key, { index, data }]) => [index, paramsFactory.exchangeKeyForValue(kindOf(key), data, request)] as const);
    return readPiped === null ? values : [...values, ...(await readPiped(...request))];
  };
}

function pipedReader(instance: Dependency, piped: readonly (readonly [key: string, ParameterMetadata])[], contexts: ExternalContextCreator): ParameterReader {
  Reflect.defineMetadata(OWN_PARAMETERS, Object.fromEntries(piped), instance.constructor, RESOLVE);
  const indexes = piped.map(([, { index }]) => index);
  const collect = (...values: unknown[]): unknown => ({ values });
  const read = contexts.create(instance, collect, RESOLVE, OWN_PARAMETERS, paramsFactory, undefined, undefined, WITHOUT_ENHANCERS, 'http') as CollectingReader;
  return async (...request) => {
    const { values } = await read(...request);
    return indexes.map((index) => [index, values[index]] as const);
  };
}

type CollectingReader = (...request: unknown[]) => Promise<{ readonly values: readonly unknown[] }>;

/** `NaN` for a decorator of `createParamDecorator`. */
function kindOf(key: string): number {
  return Number(key.split(':', 1)[0]);
}

function isDirect(key: string): boolean {
  return WITHOUT_PIPES.includes(kindOf(key));
}

const routeParams = new RouteParamsFactory();

/** Hands the three arguments of a route to Nest's own factory. */
const paramsFactory = {
  exchangeKeyForValue: (type: number, data: unknown, [req, res, next]: readonly unknown[]): unknown =>
    routeParams.exchangeKeyForValue(...([type, data, { req, res, next }] as unknown as Parameters<RouteParamsFactory['exchangeKeyForValue']>)),
};

/** How many parameters `resolve` has. Its length ends at the first default; what the compiler writes down beside decorators does not. */
export function parameterCount(instance: Dependency): number {
  const owner = Object.hasOwn(instance, RESOLVE) ? null : ownerOf(instance.constructor);
  const types = owner === null ? undefined : (Reflect.getOwnMetadata('design:paramtypes', owner.prototype as object, RESOLVE) as readonly unknown[] | undefined);
  return Math.max(instance.resolve.length, types?.length ?? 0);
}

/** The indexes of all parameters of a `resolve` that have a decorator of Nest's. */
export function decoratedIndexes(instance: object): readonly number[] {
  return Object.values(parametersOf(instance)).map(({ index }) => index);
}

type Entries = Readonly<Record<string, ParameterMetadata>>;

/** Nest hands the entries of an overridden method down to the one that overrides it, whose parameters may be others. */
function parametersOf(instance: object): Entries {
  const owner = ownerOf(instance.constructor);
  if (owner === null) return {};
  const overridden = entriesOf(Object.getPrototypeOf(owner) as object | null);
  return Object.fromEntries(Object.entries(entriesOf(owner)).filter(([key, entry]) => overridden[key] !== entry));
}

/** The class, of those a class extends and itself, that declares its `resolve`. */
function ownerOf(type: unknown): AnyClass | null {
  if (typeof type !== 'function') return null;
  return Object.hasOwn((type.prototype ?? {}) as object, RESOLVE) ? (type as unknown as AnyClass) : ownerOf(Object.getPrototypeOf(type));
}

function entriesOf(type: object | null): Entries {
  return (type === null ? {} : (Reflect.getMetadata(ROUTE_ARGS_METADATA, type, RESOLVE) ?? {})) as Entries;
}
