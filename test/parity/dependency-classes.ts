import { HttpException, Injectable, Req, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { DependencyClass } from 'nestjs-scopes';
import { STATUS_CODES } from 'node:http';
import type { ApplicationDeclaration, Use } from './declaration.js';
import { runFunction } from './functions.js';
import { parameterDecorator, valueOf } from './parameters.js';
import type { Targets } from './parameters.js';
import { Raised } from './raised.js';
import type { SchemeObjects } from './scheme-objects.js';
import { traceOf } from './trace.js';
import { hasFunctions } from './used-schemes.js';

/** Functions as dependency classes; `classes`: all that were made so far. */
export function targetsOf(declaration: ApplicationDeclaration, schemes: SchemeObjects): { readonly targets: Targets; readonly classes: () => readonly Type[] } {
  const functions = new Map(Object.keys(declaration.dependencies ?? {}).map((name) => [name, emptyClass(name)]));
  const takers: Type[] = [];
  const get: Targets['get'] = (ref) => schemes.get(ref) ?? (functions.get(ref) as DependencyClass | undefined);
  const targets: Targets = {
    get,
    // A scheme in a list is taken by nobody, so that a class takes it; without functions a strategy verifies it.
    listed: (use) => {
      const target = get(use.ref ?? '');
      if (target === undefined) throw new Error(`There is no ${String(use.ref)}.`);
      if (typeof target === 'function' || !hasFunctions(declaration)) return target;
      const taker = emptyClass(`Takes${use.ref ?? ''}`);
      defineResolve(taker, [{ ...use, kind: 'depends' }], targets, () => null);
      takers.push(taker);
      return taker;
    },
  };
  for (const [name, made] of functions) {
    const { params = [] } = declaration.dependencies?.[name] ?? {};
    defineResolve(made, params, targets, (values, request) => runFunction(declaration, name, values, traceOf(request)));
  }
  return { targets, classes: () => [...functions.values(), ...takers] };
}

function emptyClass(name: string): Type {
  @Injectable()
  class Rebuilt {}
  Object.defineProperty(Rebuilt, 'name', { value: name });
  return Rebuilt;
}

type Run = (values: ReadonlyMap<string, unknown>, request: object) => unknown;

/** The last two parameters are request and response. */
function defineResolve({ prototype }: Type, params: readonly Use[], targets: Targets, run: Run): void {
  const resolve = (...given: unknown[]): Promise<unknown> => {
    const values = new Map(params.map((use, index) => [use.name, valueOf(use, given[index])]));
    return answering(given[params.length + 1], () => run(values, given[params.length] as object));
  };
  Object.defineProperty(prototype, 'resolve', { configurable: true, writable: true, value: resolve });
  Res({ passthrough: true })(prototype as object, 'resolve', params.length + 1);
  Req()(prototype as object, 'resolve', params.length);
  for (const [index, use] of [...params.entries()].toReversed()) parameterDecorator(use, targets)(prototype as object, 'resolve', index);
}

/** What FastAPI makes of a raised error, under Nest's names. */
export async function answering(response: unknown, run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    const { status, detail, headers } = error;
    for (const [name, value] of Object.entries(headers)) (response as { header(name: string, value: string): unknown }).header(name, value);
    throw new HttpException({ statusCode: status, message: detail, error: STATUS_CODES[status] ?? 'Error' }, status);
  }
}
