import { RequestMethod } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { TreeBody, TreeNode } from '../dependencies/tree.js';
import type { Requirement } from '../scopes/requirement.js';
import { partOf } from './part-of.js';
import { routePaths } from './route-paths.js';
import { RouteTable } from './route-table.js';
import type { RequirementSource, RouteRow } from './route-table.js';

/** One HTTP method and path of the application, with what is required for it. */
export interface RouteDescription {
  /** `GET`, `POST`, ...; `ALL` for `@All()`. */
  readonly method: string;
  /** As Nest maps it, with global prefix, module path and URI version: `/v1/users/:id`. */
  readonly path: string;
  readonly controller: string;
  readonly handler: string;
  /** `open`: nothing of this library covers the route; another guard may. `denied`: nothing is declared, and `global: true` refuses everybody. */
  readonly access: RouteRow['access'];
  /** Alternatives (OR) of schemes and scopes (AND), as in OpenAPI's `security`; `{}` is a caller who sent nothing. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** All required scopes, outermost first. */
  readonly scopes: readonly string[];
  /** The required schemes without a strategy: nobody verifies their credentials, and no scopes of theirs, but the handler that takes them. */
  readonly unverified: readonly string[];
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
 *
 * Takes an application before or after `init()`; global prefix and versioning must be set. It does NOT list what bypasses
 * controllers: `app.use` routes, Swagger's own pages, gateways. Throws {@link AuthConfigurationError} without `AuthModule`.
 *
 * @param app - the application, with `AuthModule` imported
 * @example
 * console.table(describeSecurity(app).map(({ method, path, access, scopes }) => ({ method, path, access, scopes: scopes.join(' ') })));
 */
export function describeSecurity(app: INestApplicationContext): readonly RouteDescription[] {
  const table = partOf<RouteTable>(app, RouteTable);
  const discovery = partOf<DiscoveryService>(app, DiscoveryService);
  const paths = routePaths(app, discovery);
  const described: Described = new Map();
  return Object.freeze(table.rows.flatMap((row) => paths(row).map(({ method, path }) => describe(row, method, path, described))));
}

function describe(row: RouteRow, method: RequestMethod, path: string, described: Described): RouteDescription {
  return Object.freeze({
    method: RequestMethod[method],
    path,
    controller: row.controller.name,
    handler: row.methodName,
    access: row.access,
    security: Object.freeze(requirementObjects(row.requirement)),
    scopes: row.required.scopes,
    unverified: Object.freeze(row.unverified.map(({ name }) => name)),
    sources: row.sources,
    dependencies: Object.freeze(row.trees.map((tree) => describeTree(tree, described))),
  });
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
