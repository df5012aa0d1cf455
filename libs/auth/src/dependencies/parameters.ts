import type { Use } from '../scopes/declarations.js';

/** The method of a dependency that makes its value. */
export const RESOLVE = 'resolve';

/** What a parameter takes of the tree: a scheme or dependency, or the scopes that are asked for. */
export type TreeParameter = { readonly index: number; readonly use: Use } | { readonly index: number; readonly use: null };

const PARAMETERS = 'nestjs-scopes:parameters';

/** Records what a parameter of a method takes. Whether the method is a handler or a dependency's is not known yet. */
export function recordParameter(prototype: object, methodName: string | symbol, parameter: TreeParameter): void {
  const others = (Reflect.getOwnMetadata(PARAMETERS, prototype, methodName) ?? []) as readonly TreeParameter[];
  const all = others.concat(Object.freeze(parameter)).sort((a, b) => a.index - b.index);
  Reflect.defineMetadata(PARAMETERS, Object.freeze(all), prototype, methodName);
}

/** What the parameters of `resolve` take, as the nearest class that declares it says. */
export function resolveParameters(prototype: object | null): readonly TreeParameter[] {
  if (prototype === null) return [];
  if (!Object.hasOwn(prototype, RESOLVE)) return resolveParameters(Object.getPrototypeOf(prototype) as object | null);
  return (Reflect.getOwnMetadata(PARAMETERS, prototype, RESOLVE) ?? []) as readonly TreeParameter[];
}
