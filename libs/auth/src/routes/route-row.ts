import type { AuthSettings } from '../auth.options.js';
import { RESOLVE } from '../dependencies/parameters.js';
import { walk } from '../dependencies/tree.js';
import type { TreeBuilder, TreeNode } from '../dependencies/tree.js';
import { formOf } from '../forms/form.decorator.js';
import type { FormClass } from '../forms/form.decorator.js';
import type { AnyClass } from '../scopes/declarations.js';
import { NOTHING_REQUIRED } from '../scopes/composition.js';
import type { Composition } from '../scopes/composition.js';
import { SecurityScopes } from '../scopes/security-scopes.js';
import type { RouteDeclaration } from './declared-requirement.js';
import type { RouteRow } from './route-table.js';
import { isRequiring, scopesOf } from './tree-requirement.js';

/** The row of one handler, merged from what is declared about it. */
export function rowOf(route: Pick<RouteRow, 'controller' | 'methodName' | 'handler'>, declared: RouteDeclaration, composition: Composition, trees: TreeBuilder, settings: AuthSettings): RouteRow {
  // Where @Public() contradicts a requirement, and the audit only warns, the requirement counts.
  const isPublic = declared.isPublic && declared.conflict === null;
  const requiring = isPublic ? [] : declared.parts.filter((part) => isRequiring(part, trees));
  const { requirement, verified } = isPublic ? NOTHING_REQUIRED : composition;
  const terms = requirement.flatMap((alternative) => alternative.terms);
  // What is required elsewhere is not resolved for a public route; what its own parameters take is.
  const resolving = isPublic ? declared.parts.filter((part) => part.source.level === 'parameter' && !isRequiring(part, trees)) : declared.parts;
  const uses = resolving.flatMap(({ declaration }) => declaration.use ?? []);
  const nodes = uses.map((use) => trees.treeOf(use));
  const classes = classesIn(nodes).map(trees.implementationOf);
  return Object.freeze({
    ...route,
    access: isPublic ? 'public' : requiring.length > 0 ? 'protected' : settings.global ? 'denied' : 'open',
    requirement,
    verified,
    required: new SecurityScopes(requiring.flatMap(({ declaration }) => scopesOf(declaration, trees))),
    sources: Object.freeze(declared.parts.map(({ source }) => source)),
    unverified: Object.freeze([...new Set(terms.filter(({ isUnverified }) => isUnverified).map(({ scheme }) => scheme))]),
    uses: Object.freeze(uses),
    trees: Object.freeze(nodes),
    isReleasing: classes.some(({ prototype }) => 'release' in (prototype as object)),
    form: formOf(route) ?? formIn(classes),
    takesKeyFromUrl: terms.some(({ scheme }) => scheme.openapi.in === 'query'),
  });
}

/** The classes of all dependencies of a route. */
function classesIn(trees: readonly TreeNode[]): readonly AnyClass[] {
  const whats = trees.flatMap((tree) => [...walk(tree)].flatMap((path) => path.at(-1)?.use.what ?? []));
  return [...new Set(whats.filter((what) => typeof what === 'function'))];
}

/** The first form that one of them takes. */
function formIn(classes: readonly AnyClass[]): FormClass | undefined {
  return classes.flatMap((controller) => formOf({ handler: controller, controller, methodName: RESOLVE }) ?? [])[0];
}
