import type { AuthSettings } from '../auth.options.js';
import { pathOf, treeFindings, whereOf } from '../dependencies/tree-findings.js';
import type { TreeBuilder, TreeNode } from '../dependencies/tree.js';
import type { Finding } from '../errors.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { carriersOf, requiredSchemes, uncheckedSchemes } from '../scopes/requirement.js';
import type { RouteDeclaration } from './declared-requirement.js';
import { requirementsOf } from './tree-requirement.js';

/** What is wrong with the declarations of one route. */
export function requirementFindings(where: string, declared: RouteDeclaration, trees: TreeBuilder, settings: AuthSettings): readonly Finding[] {
  const ofTrees = declared.parts.flatMap(({ declaration: { use } }) => (use === undefined ? [] : treeFindings(where, trees.treeOf(use))));
  return [...ofTrees, ...ownFindings(where, declared, trees, settings)];
}

function ownFindings(where: string, { parts, isPublic, conflict }: RouteDeclaration, trees: TreeBuilder, settings: AuthSettings): readonly Finding[] {
  if (conflict !== null) return [publicWithRequirement(where)];
  const declarations = parts.flatMap(({ declaration }) => requirementsOf(declaration, trees));
  if (isPublic || declarations.length === 0) return [];
  const schemes = requiredSchemes(declarations, settings.default);
  if (schemes.length === 0) return [noScheme(where)];
  const unregistered = schemes.filter((scheme) => !settings.registered.has(scheme));
  if (unregistered.length > 0) {
    return unregistered.map((scheme) => notRegistered(placeOf(where, declarations.find((declaration) => declaration.scheme === scheme)?.path ?? []), scheme, settings));
  }

  const findings = uncheckedSchemes(declarations, settings.default, settings.registered).map((scheme) => withoutStrategy(where, scheme));
  for (const { scheme, scopes, path } of declarations) {
    const meant = scheme === null ? schemes : [scheme];
    const unknown = scopes.filter((scope) => carriersOf(scope, meant).length === 0);
    findings.push(...unknown.map((scope) => unknownScope(placeOf(where, pathToScope(scope, path)), scope, meant)));
  }
  // A scope that is handed down a tree reaches a scheme in several ways.
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** Where a requirement is written, with the way to it where that is below the route. */
type Place = Pick<Finding, 'where' | 'path'>;

function placeOf(route: string, path: readonly TreeNode[]): Place {
  return { where: whereOf(route, path), ...(path.length > 1 && { path: pathOf(route, path) }) };
}

/** The part of a path that ends where a scope is asked for; all below is handed it. */
function pathToScope(scope: string, path: readonly TreeNode[]): readonly TreeNode[] {
  return path.slice(0, 1 + path.findIndex(({ use }) => use.scopes.includes(scope)));
}

function publicWithRequirement(where: string): Finding {
  return {
    code: 'public-with-requirement',
    where,
    problem: '@Public() stands beside a requirement (@Scopes, @Security, @Depends or ScopesGuard), so it is unclear which one is meant',
    mend: 'remove one of the two; to open one route of a protected controller, put @Public() on the method alone.',
  };
}

function noScheme(where: string): Finding {
  return { code: 'scheme-not-registered', where, problem: 'requires a caller, but no scheme is registered', mend: 'add one to AuthModule.forRoot({ schemes }).' };
}

function notRegistered(place: Place, { name }: SecurityScheme, settings: AuthSettings): Finding {
  return {
    code: 'scheme-not-registered',
    ...place,
    problem: `requires the scheme ${name}, which is not registered${settings.schemes.some(({ scheme }) => scheme.name === name) ? '; another object of this name is' : ''}`,
    mend: 'add this very object to AuthModule.forRoot({ schemes }).',
  };
}

function unknownScope(place: Place, scope: string, schemes: readonly SecurityScheme[]): Finding {
  const known = schemes.map(({ name, scopes }) => `${name} declares ${Object.keys(scopes ?? {}).join(', ') || 'none'}`).join('; ');
  return {
    code: 'unknown-scope',
    ...place,
    problem: `requires the scope "${scope}", which does not exist (${known})`,
    mend: `correct the name, or add it where the scheme is made: scopes: { '${scope}': '...' }.`,
  };
}

function withoutStrategy(where: string, { name }: SecurityScheme): Finding {
  return {
    code: 'scheme-without-strategy',
    where,
    problem: `requires ${name}, which has no strategy, and no parameter, of the handler or of a dependency, takes the credentials with their scopes: nobody would check them`,
    mend: 'register it with one, { scheme, strategy: YourStrategy }, or take the credentials with @Depends(scheme) or @Security(scheme, { scopes }) on a parameter, and check them there.',
  };
}
