import type { INestApplicationContext } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, ModulesContainer, Reflector } from '@nestjs/core';
import type { TreeBuilder } from '../dependencies/tree.js';
import { RESOLVE } from '../dependencies/parameters.js';
import { appGuards } from '../routes/explorer.js';
import { partOf } from '../routes/part-of.js';
import { RouteTable } from '../routes/route-table.js';
import type { RequirementSource, RouteRow } from '../routes/route-table.js';
import { declarationsOf, isDeclaredPublic, lineageOf, methodDeclarations } from '../scopes/declarations.js';
import type { AnyClass, Declaration } from '../scopes/declarations.js';

/** A class, or one of its methods, that says something about a route. */
export interface Declarant {
  readonly type: AnyClass;
  readonly methodName?: string;
}

/** The class or method behind a source, which only keeps its name: looked up when somebody asks, so that routes stay small. */
export function declarantOf(app: INestApplicationContext, { controller, methodName }: RouteRow, source: RequirementSource): Declarant | undefined {
  const { level, declaredBy, decorator } = source;
  if (level === 'app') return asDeclarant(importingModule(app));
  if (declaredBy === 'APP_GUARD') return asDeclarant(globalGuard(app, decorator));
  const reflector = new Reflector();
  const classes = nearestFirst(controller);
  const ofClass = classes.filter(({ name }) => name === declaredBy);
  // A class may extend another of the same name: the list of scopes is the very one that its decorator was given.
  const isSaidBy = (declarations: readonly Declaration[]): boolean => declarations.some(({ scopes }) => scopes === source.scopes);
  if (ofClass.length > 0) return asDeclarant(ofClass.find((type) => isSaidBy(declarationsOf(reflector, type))) ?? ofClass[0]);
  const owners = classes.filter((type) => Object.hasOwn(type.prototype as object, methodName) && `${type.name}.${methodName}` === declaredBy);
  const type = owners.find(({ prototype }) => isSaidBy(methodDeclarations(prototype as object).get(methodName) ?? [])) ?? owners[0];
  return type && { type, methodName };
}

/** The handler, or the class, that `@Public()` stands on. */
export function publicDeclarantOf(row: RouteRow): Declarant | undefined {
  const reflector = new Reflector();
  const handler = handlerOf(row);
  return isDeclaredPublic(reflector, row.handler) ? handler : asDeclarant(nearestFirst(row.controller).find((type) => isDeclaredPublic(reflector, type)));
}

/** The method of a dependency whose parameters take what is below it. */
export function resolverOf(named: AnyClass, trees: TreeBuilder): Declarant {
  const type = nearestFirst(trees.implementationOf(named)).find(({ prototype }) => Object.hasOwn(prototype as object, RESOLVE));
  return type === undefined ? { type: named } : { type, methodName: RESOLVE };
}

/** The method itself, or the class that declares it. */
export function handlerOf({ controller, methodName }: RouteRow): Declarant {
  return { type: nearestFirst(controller).find(({ prototype }) => Object.hasOwn(prototype as object, methodName)) ?? controller, methodName };
}

function asDeclarant(type: AnyClass | undefined): Declarant | undefined {
  return type && { type };
}

/**
 * The module that imports `AuthModule`: the one whose decorator says so, else the root module, which is scanned first. Nest
 * adds a global module to the imports of all others, so these alone do not tell.
 */
function importingModule(app: INestApplicationContext): AnyClass | undefined {
  const modules = [...app.get(ModulesContainer).values()];
  const own = modules.find(({ providers }) => providers.has(RouteTable));
  const importing = modules.filter(({ imports, isGlobal }) => own !== undefined && imports.has(own) && !isGlobal).map(({ metatype }) => metatype);
  const isNaming = (type: AnyClass): boolean => {
    const imports = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, type) ?? []) as readonly (AnyClass | { readonly module?: unknown })[];
    return imports.some((imported) => 'module' in imported && imported.module === own?.metatype);
  };
  return importing.find(isNaming) ?? importing[0];
}

function globalGuard(app: INestApplicationContext, name: string): AnyClass | undefined {
  const guards = appGuards(partOf<DiscoveryService>(app, DiscoveryService));
  return guards.map(({ metatype }) => metatype as AnyClass | null).find((metatype) => metatype?.name === name) ?? undefined;
}

/** A class and those it extends. */
function nearestFirst(type: AnyClass): readonly AnyClass[] {
  return lineageOf(type).toReversed();
}
