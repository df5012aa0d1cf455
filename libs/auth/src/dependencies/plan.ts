import { HttpException } from '@nestjs/common';
import type { Use } from '../scopes/declarations.js';
import type { SecurityExpression } from '../scopes/expression.js';
import type { Requirement } from '../scopes/requirement.js';
import type { Dependency } from './dependency.js';
import type { ParameterReader } from './parameter-reader.js';

/** Takes the credentials of a scheme, or of combined ones, or throws what the caller is told. `null`: the guard has verified what is required of them. */
export type TakeCredentials = (what: SecurityExpression, requirement: Requirement | null) => unknown;

/** Makes one value. `arguments`: the slots or constants that the parameters get, by index. */
export type Step =
  | { readonly kind: 'take'; readonly slot: number; readonly what: SecurityExpression; readonly requirement: Requirement | null }
  | { readonly kind: 'call'; readonly slot: number; readonly instance: Dependency; readonly arguments: readonly Argument[]; readonly read: ParameterReader | null };
export type Argument = { readonly index: number; readonly slot: number } | { readonly index: number; readonly constant: unknown };

/** What a route resolves for each request: every call in order, with the value each parameter gets. Made at start. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Where the value of a use in a route's own lists and parameters is found. */
  readonly slots: ReadonlyMap<Use, number>;
}

/** What is read of a request while dependencies are resolved: Nest's `(request, response, next)`. */
export type RequestArguments = readonly [request: object, response: object, next: unknown];

/** A value that has to be released. */
export interface Acquired {
  readonly dependency: Dependency;
  readonly value: unknown;
}

/** Stands for a value that could not be made, as a parameter below it was refused by a pipe. */
const MISSING = Symbol('missing');

/**
 * Makes the values of a request, strictly one after another. The first error ends it. Only what pipes refuse waits: a
 * later dependency may still refuse the caller, who then learns nothing about the rest of the request.
 *
 * @param acquired - is told each value with a `release` as soon as there is one
 */
export async function resolvePlan(plan: Plan, request: RequestArguments, take: TakeCredentials, acquired: (value: Acquired) => void): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  const refused: unknown[] = [];
  for (const step of plan.steps) {
    let value: unknown;
    if (step.kind === 'take') {
      value = take(step.what, step.requirement);
    } else {
      const parameters = parametersOf(step, values);
      value = parameters === null ? MISSING : step.read === null ? call(step.instance, parameters) : await readAndCall(step.instance, step.read, parameters, request, refused);
    }
    values[step.slot] = isThenable(value) ? await value : value;
    if (step.kind === 'call' && step.instance.release !== undefined && values[step.slot] !== MISSING) acquired({ dependency: step.instance, value: values[step.slot] });
  }
  if (refused.length > 0) throw refused[0];
  return values;
}

/** `null`: one of them could not be made. */
function parametersOf(step: Step & { kind: 'call' }, values: readonly unknown[]): unknown[] | null {
  const parameters: unknown[] = [];
  for (const argument of step.arguments) {
    const value = 'slot' in argument ? values[argument.slot] : argument.constant;
    if (value === MISSING) return null;
    parameters[argument.index] = value;
  }
  return parameters;
}

async function readAndCall(instance: Dependency, read: ParameterReader, parameters: unknown[], request: RequestArguments, refused: unknown[]): Promise<unknown> {
  try {
    const own = await read(...request);
    for (const [index, value] of own) parameters[index] = value;
  } catch (error) {
    if (refusesCaller(error)) throw error;
    refused.push(error);
    return MISSING;
  }
  return call(instance, parameters);
}

/** A decorator of the application's own may look at the caller, and nothing may be made for one that it refuses. */
function refusesCaller(error: unknown): boolean {
  return error instanceof HttpException && [401, 403].includes(error.getStatus());
}

function call(instance: Dependency, parameters: readonly unknown[]): unknown {
  return instance.resolve(...(parameters as never[]));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
