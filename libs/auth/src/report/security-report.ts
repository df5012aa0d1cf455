import type { INestApplicationContext } from '@nestjs/common';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { TreeBuilder, walk } from '../dependencies/tree.js';
import type { TreeNode } from '../dependencies/tree.js';
import { AuthConfigurationError } from '../errors.js';
import type { Finding } from '../errors.js';
import { Audit } from '../routes/audit.js';
import { describedRows } from '../routes/describe.js';
import type { RouteDescription } from '../routes/describe.js';
import { partOf } from '../routes/part-of.js';
import type { RequirementSource, RouteRow } from '../routes/route-table.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import type { AnyClass } from '../scopes/declarations.js';
import { declarantOf, handlerOf, publicDeclarantOf, resolverOf } from './declarants.js';
import type { Declarant } from './declarants.js';
import { requirementText } from './requirement-text.js';
import type { Access } from './ways.js';

/** Everything that the report shows, in whatever form. */
export interface SecurityReport {
  readonly routes: readonly ReportedRoute[];
  readonly schemes: readonly ReportedScheme[];
  /** What the check at start finds before `app.init()`. */
  readonly findings: readonly Finding[];
}

export interface ReportedRoute extends Access, Pick<RouteDescription, 'method' | 'path' | 'scopes' | 'controller' | 'handler'> {
  /** For people: `oauth2(me, items) or apiKey or anybody`. */
  readonly requirement: string;
  /** Where the handler is written. */
  readonly file?: string;
  readonly sources: readonly ReportedSource[];
}

/** Where a part of a requirement was declared; `dependency`: in the tree of a dependency that another source names. */
export interface ReportedSource extends Omit<RequirementSource, 'level'> {
  readonly level: RequirementSource['level'] | 'dependency';
  readonly file?: string;
}

export interface ReportedScheme {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  /** With their descriptions; `null`: it has no catalogue, and any scope may be required. */
  readonly scopes: Readonly<Record<string, string>> | null;
}

/** @param locate - where a class or method is written; without it the report names no files */
export function securityReport(app: INestApplicationContext, locate: (declarant: Declarant) => string | undefined = () => undefined): SecurityReport {
  const trees = partOf<TreeBuilder>(app, TreeBuilder);
  const { schemes } = partOf<AuthSettings>(app, SETTINGS);
  const located = (declarant: Declarant | undefined): { readonly file?: string } => {
    const file = declarant && locate(declarant);
    return file === undefined ? {} : { file };
  };
  const routes = describedRows(app).map(({ row, description }): ReportedRoute => {
    const { method, path, access, security, scopes, unverified, controller, handler, sources } = description;
    if (row === null) return { method, path, access, requirement: requirementText(access, security, []), security, scopes, unverified, checks: [], controller, handler, sources };
    const publicity = publicSource(row).map(({ declarant, ...source }): ReportedSource => ({ ...source, ...located(declarant) }));
    const declared = sources.map((source): ReportedSource => ({ ...source, ...located(declarantOf(app, row, source)) }));
    const below = row.trees.flatMap(partsBelow).map(({ parent, ...source }): ReportedSource => ({ ...source, ...located(resolverOf(parent, trees)) }));
    const found = checksOf(row);
    const alone = found.filter(({ hasScheme }) => !hasScheme).map(({ name }) => name);
    const requirement = requirementText(access, security, alone);
    const checks = [...new Set(found.map(({ name }) => name))];
    return { method, path, access, requirement, security, scopes, unverified, checks, controller, handler, ...located(handlerOf(row)), sources: [...publicity, ...declared, ...below] };
  });
  return { routes, schemes: schemes.map(({ scheme }) => describeScheme(scheme)), findings: findingsOf(app) };
}

function describeScheme({ name, openapi, scopes }: SecurityScheme): ReportedScheme {
  const { type, description } = openapi;
  return { name, type, ...(description !== undefined && { description }), scopes };
}

/** `@Public()` is no part of a requirement, and all the more what a reader of the report looks for. */
function publicSource(row: RouteRow): readonly (ReportedSource & { readonly declarant: Declarant })[] {
  const declarant = row.access === 'public' ? publicDeclarantOf(row) : undefined;
  if (declarant === undefined) return [];
  const { type, methodName } = declarant;
  const [level, declaredBy] = methodName === undefined ? (['class', type.name] as const) : (['method', `${type.name}.${methodName}`] as const);
  return [{ level, declaredBy, decorator: '@Public', scheme: null, scopes: [], declarant }];
}

/** What a tree adds to what was said about the route itself: the scopes and schemes that its dependencies ask for. */
function partsBelow(tree: TreeNode): readonly (ReportedSource & { readonly parent: AnyClass })[] {
  return [...walk(tree)].flatMap((path) => {
    const [parent, node] = [path.at(-2)?.use.what, path.at(-1)];
    if (typeof parent !== 'function' || node === undefined) return [];
    const { what, scopes } = node.use;
    const isScheme = typeof what !== 'function';
    if (!isScheme && scopes.length === 0) return [];
    const decorator = scopes.length > 0 ? '@Security' : '@Depends';
    return [{ level: 'dependency' as const, declaredBy: `${parent.name}.resolve`, decorator, scheme: isScheme ? what.name : null, ...(!isScheme && { dependency: what.name }), scopes, parent }];
  });
}

/** A dependency class that a caller has to get past, or a scope that it is asked for; and whether it has the credentials of a scheme. */
interface Check {
  readonly name: string;
  readonly hasScheme: boolean;
}

/**
 * The classes that may refuse a caller: those with a scheme below them, and those that are named where nobody takes their
 * value, or that are asked for scopes which no scheme carries: `SessionUser`, `SessionUser: admin`. The rest of a tree makes
 * values.
 */
function checksOf({ access, parts, trees }: RouteRow): readonly Check[] {
  if (access === 'public') return [];
  const named = new Set(parts.filter(({ level }) => level !== 'parameter').map(({ declaration }) => declaration.use?.what));
  return trees.flatMap((tree) =>
    [...walk(tree)].flatMap((path): readonly Check[] => {
      const node = path.at(-1);
      if (typeof node?.use.what !== 'function') return [];
      const { name } = node.use.what;
      const hasScheme = holdsScheme(node);
      const isCheck = hasScheme || node.scopes.length > 0 || (path.length === 1 && named.has(node.use.what));
      const scopes = hasScheme ? [] : node.scopes;
      return isCheck ? [name, ...scopes.map((scope) => `${name}: ${scope}`)].map((check) => ({ name: check, hasScheme })) : [];
    }),
  );
}

function holdsScheme(node: TreeNode): boolean {
  return [...walk(node)].some((path) => typeof path.at(-1)?.use.what === 'object');
}

/** The mistakes, also of an application that they keep from starting. */
function findingsOf(app: INestApplicationContext): readonly Finding[] {
  try {
    return partOf<Audit>(app, Audit).refuse();
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.findings;
    throw error;
  }
}
