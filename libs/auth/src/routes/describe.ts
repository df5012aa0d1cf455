import { RequestMethod } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, ModulesContainer } from '@nestjs/core';
import type { TreeBody, TreeNode } from '../dependencies/tree.js';
import { isDependencyDeclaration } from '../scopes/declarations.js';
import type { Requirement } from '../scopes/requirement.js';
import { StrategyRegistry } from '../strategies/strategy-registry.js';
import { OutsideRoutes } from './outside-routes.js';
import type { OutsideRoute } from './outside-routes.js';
import { partOf } from './part-of.js';
import { routePaths } from './route-paths.js';
import { isForNobody, RouteTable } from './route-table.js';
import type { DeclaredPart, RequirementSource, RouteRow } from './route-table.js';

/** One HTTP method and path of the application, with what is required for it. */
export interface RouteDescription {
  /** `GET`, `POST`, ...; `ALL` for `@All()`. */
  readonly method: string;
  /** As Nest maps it, with global prefix, module path and URI version: `/v1/users/:id`. */
  readonly path: string;
  /** The class and its method; `null` for a route that no controller has. */
  readonly controller: string | null;
  readonly handler: string | null;
  /**
   * `open`: nothing of this library covers the route; another guard may. `denied`: nothing is declared, and `global: true`
   * refuses everybody, or what is declared can be met in no way. `bypassing`: no controller has the route, so that no guard
   * sees it; `protected` or `public` is such a one where {@link protectDocs} says so.
   */
  readonly access: RouteRow['access'] | 'bypassing';
  /** Alternatives (OR) of schemes and scopes (AND), as in OpenAPI's `security`; `{}` is a caller who sent nothing. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** All required scopes, outermost first. */
  readonly scopes: readonly string[];
  /** The required schemes without a strategy: nobody verifies their credentials, and no scopes of theirs, but the handler that takes them. */
  readonly unverified: readonly string[];
  /** Why identity providers gave no keys, or could not be asked about tokens, the last time: requests may get 503. Changes while the application runs. */
  readonly unavailable: readonly string[];
  /** Where each part was declared: application, class, guard argument, method, parameter. For a public route, what it drops. */
  readonly sources: readonly RequirementSource[];
  /** What is resolved for each request, in order: the trees of the application's, class's and method's lists and of the parameters. */
  readonly dependencies: readonly DependencyDescription[];
}

/** A scheme or a dependency at one place of a route's tree. */
export interface DependencyDescription {
  /** The name of the scheme, or of the class. */
  readonly name: string;
  /** The scopes that are asked for at this place. */
  readonly scopes: readonly string[];
  /** Those with the ones of the places above it, outermost first: what `@RequiredScopes()` tells here. */
  readonly requiredScopes: readonly string[];
  readonly useCache: boolean;
  readonly dependencies: readonly DependencyDescription[];
}

/**
 * The route table as data: every route of the application, what it requires, and where each part of that was declared.
 * After those of controllers come the routes that bypass them, as far as they are registered by then: Swagger's pages,
 * `app.getHttpAdapter().get(...)`, `app.use('/path', ...)` with the method `ALL`.
 *
 * Takes an application before or after `init()`; global prefix and versioning must be set. It does NOT list middleware
 * without a path, middleware of modules, what is mounted on Express itself (`getInstance().use('/path', ...)`), what was
 * registered on Fastify before the application was made, and gateways. Throws {@link AuthConfigurationError} without
 * `AuthModule`.
 *
 * @param app - the application, with `AuthModule` imported
 * @example
 * console.table(describeSecurity(app).map(({ method, path, access, scopes }) => ({ method, path, access, scopes: scopes.join(' ') })));
 */
export function describeSecurity(app: INestApplicationContext): readonly RouteDescription[] {
  return Object.freeze(describedRows(app).map(({ description }) => description));
}

/** Every description with the row that it describes; routes that no controller has are in no row. */
export function describedRows(app: INestApplicationContext): readonly { readonly row: RouteRow | null; readonly description: RouteDescription }[] {
  const table = partOf<RouteTable>(app, RouteTable);
  const discovery = partOf<DiscoveryService>(app, DiscoveryService);
  const paths = routePaths(partOf<ApplicationConfig>(app, ApplicationConfig), app.get(ModulesContainer), discovery);
  const described: Described = new Map();
  const strategies = partOf<StrategyRegistry>(app, StrategyRegistry);
  const ofControllers = table.rows.flatMap((row) => {
    const unavailable = problemsOf(row.requirement, strategies);
    return paths(row).map(({ method, path }) => ({ row, description: describe(row, method, path, unavailable, described) }));
  });
  return [...ofControllers, ...partOf<OutsideRoutes>(app, OutsideRoutes).list().map((route) => ({ row: null, description: describeOutside(route, strategies) }))];
}

function describeOutside({ method, path, protection }: OutsideRoute, strategies: StrategyRegistry): RouteDescription {
  return Object.freeze({
    method,
    path,
    controller: null,
    handler: null,
    access: protection === null ? 'bypassing' : protection.requirement.length === 0 ? 'public' : 'protected',
    security: Object.freeze(requirementObjects(protection?.requirement ?? [])),
    scopes: protection?.required.scopes ?? Object.freeze([]),
    unverified: Object.freeze([]),
    unavailable: problemsOf(protection?.requirement ?? [], strategies),
    sources: Object.freeze(protection === null ? [] : [protection.source]),
    dependencies: Object.freeze([]),
  });
}

function describe(row: RouteRow, method: RequestMethod, path: string, unavailable: readonly string[], described: Described): RouteDescription {
  return Object.freeze({
    method: RequestMethod[method],
    path,
    controller: row.controller.name,
    handler: row.methodName,
    access: isForNobody(row) ? 'denied' : row.access,
    security: Object.freeze(requirementObjects(row.requirement)),
    scopes: row.required.scopes,
    unverified: Object.freeze(row.unverified.map(({ name }) => name)),
    unavailable,
    sources: Object.freeze(row.parts.map(sourceOf)),
    dependencies: Object.freeze(row.trees.map((tree) => describeTree(tree, described))),
  });
}

function problemsOf(requirement: Requirement, strategies: StrategyRegistry): readonly string[] {
  const schemes = new Set(requirement.flatMap(({ terms }) => terms.map(({ scheme }) => scheme)));
  return Object.freeze([...schemes].flatMap((scheme) => strategies.problems(scheme)));
}

/** What is told of a declaration. */
export function sourceOf({ declaration, level, declaredBy }: DeclaredPart): RequirementSource {
  const { decorator, expression, scopes } = declaration;
  const dependency = isDependencyDeclaration(declaration) ? { dependency: declaration.use.what.name } : {};
  return Object.freeze({ level, declaredBy, decorator, scheme: expression?.name ?? null, ...dependency, scopes });
}

/** What is below several places with the same scopes is described once, and shared. */
type Described = Map<TreeBody, readonly DependencyDescription[]>;

function describeTree({ use, scopes, body }: TreeNode, described: Described): DependencyDescription {
  const dependencies = described.get(body) ?? Object.freeze(body.children.map(({ node }) => describeTree(node, described)));
  described.set(body, dependencies);
  return Object.freeze({ name: use.what.name, scopes: use.scopes, requiredScopes: scopes, useCache: use.useCache, dependencies });
}

function requirementObjects(requirement: Requirement): readonly Readonly<Record<string, readonly string[]>>[] {
  return requirement.map(({ terms }) => Object.freeze(Object.fromEntries(terms.map(({ scheme, scopes }) => [scheme.name, scopes]))));
}
