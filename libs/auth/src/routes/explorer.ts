import { PATH_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, Reflector } from '@nestjs/core';
import { APP_GUARD, MetadataScanner } from '@nestjs/core';
import type { AuthSettings } from '../auth.options.js';
import type { Provided } from '../dependencies/implementations.js';
import type { TreeBuilder } from '../dependencies/tree.js';
import type { Finding } from '../errors.js';
import { isGuardClass } from '../scopes/declarations.js';
import type { AnyClass } from '../scopes/declarations.js';
import { requirementFindings } from './audit-requirement.js';
import { DeclarationReader } from './declared-requirement.js';
import { MergedDeclarations } from './merged-declarations.js';
import { rowOf } from './route-row.js';
import { RouteTable } from './route-table.js';
import type { Handler, RouteRow } from './route-table.js';

/** Walks all controllers once and merges what is declared on each handler into the table. */
export function exploreRoutes(discovery: DiscoveryService, reflector: Reflector, settings: AuthSettings, trees: TreeBuilder): RouteTable {
  const reader = new DeclarationReader(reflector, settings, globalGuardClasses(discovery, reflector), trees);
  const merged = new MergedDeclarations(trees, settings);
  const rows: RouteRow[] = [];
  const findings: Finding[] = [];
  for (const controller of controllerClasses(discovery)) {
    const declaredOn = reader.readController(controller);
    for (const { methodName, handler } of handlersOf(controller)) {
      const declared = declaredOn(methodName);
      const { common, composition, isWrong } = merged.of(declared);
      if (isWrong) findings.push(...requirementFindings(`${controller.name}.${methodName}`, declared, composition, trees, settings));
      rows.push(rowOf({ controller, methodName, handler }, declared, common, trees));
    }
  }
  return new RouteTable(rows, findings);
}

/** A controller's class, each once, however many modules hold it. */
export function controllerClasses(discovery: DiscoveryService): readonly AnyClass[] {
  const classes = discovery.getControllers().map(({ metatype }) => metatype);
  return [...new Set(classes.filter((type): type is NonNullable<typeof type> & AnyClass => typeof type === 'function'))];
}

/** An instance may have replaced a method, with `bind` in its constructor for example: its routes stay known. */
export function learnReplacedHandlers(table: RouteTable, discovery: DiscoveryService): void {
  for (const { metatype, instance } of discovery.getControllers()) {
    for (const row of metatype === null ? [] : table.rowsOf(metatype)) {
      const method: unknown = Reflect.get(instance as object, row.methodName);
      // A function that stands for another route keeps that route's row.
      if (typeof method === 'function' && table.find(row.controller, method) === undefined) table.addHandler(row, method);
    }
  }
}

/** The methods that Nest maps to routes, inherited ones included. */
function handlersOf(controller: AnyClass): readonly { methodName: string; handler: Handler }[] {
  const prototype = controller.prototype as Readonly<Record<string, Handler>>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((methodName) => {
    const handler = prototype[methodName];
    return handler !== undefined && Reflect.hasMetadata(PATH_METADATA, handler) ? [{ methodName, handler }] : [];
  });
}

/** What is provided as `APP_GUARD`; Nest keeps request-scoped and transient ones among a module's injectables. */
export function appGuards(discovery: DiscoveryService): readonly Provided[] {
  const providers = discovery.getProviders();
  const modules = new Set(providers.flatMap(({ host }) => host ?? []));
  const injectables = [...modules].flatMap((module) => [...module.injectables.values()]);
  return [...providers, ...injectables].filter(({ subtype, token }) => subtype === 'guard' && String(token).startsWith(APP_GUARD));
}

/** Guards of ours that are bound to every route with `{ provide: APP_GUARD, useClass: ... }`. */
function globalGuardClasses(discovery: DiscoveryService, reflector: Reflector): readonly AnyClass[] {
  return appGuards(discovery).flatMap(({ metatype }) => (isGuardClass(reflector, metatype) ? [metatype] : []));
}
