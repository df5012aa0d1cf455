import type { DiscoveryService } from '@nestjs/core';
import type { AnyClass } from '../scopes/declarations.js';

/** A provider as Nest keeps it. */
export type Provided = ReturnType<DiscoveryService['getProviders']>[number];

/** Tells which class makes the values that another one, often an abstract one, names. */
export type ImplementationOf = (named: AnyClass) => AnyClass;

/**
 * The class whose `resolve` is declared for a name: `{ provide: CurrentUser, useClass: TokenUser }` makes it that of
 * `TokenUser`, and `useExisting` likewise. What a test puts in its place does not count, so that scopes and document stay.
 */
export function implementations(discovery: DiscoveryService): ImplementationOf {
  // Made when the first dependency asks: most applications have none.
  let byToken: ReadonlyMap<unknown, Provided> | null = null;
  const implementationOf = (named: AnyClass, seen: readonly AnyClass[]): AnyClass => {
    byToken ??= new Map(discovery.getProviders().map((provided) => [provided.token as unknown, provided]));
    const { metatype, name, isAlias = false, inject } = (byToken.get(named) ?? {}) as Partial<Pick<Provided, 'metatype' | 'isAlias' | 'inject'>> & { readonly name?: unknown };
    const existing: unknown = inject?.[0];
    if (isAlias && typeof existing === 'function' && !seen.includes(existing as AnyClass)) return implementationOf(existing as AnyClass, [...seen, named]);
    // Nest keeps the name of the class that the module says, whatever a test replaces it by.
    const isClass = typeof metatype === 'function' && (inject === undefined || inject === null) && metatype.name === name;
    return isClass ? (metatype as AnyClass) : named;
  };
  return (named) => implementationOf(named, []);
}
