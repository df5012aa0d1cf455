import type { AuthSettings } from '../auth.options.js';
import { RESOLVE } from '../dependencies/parameters.js';
import { walk } from '../dependencies/tree.js';
import type { TreeBuilder, TreeNode } from '../dependencies/tree.js';
import { formOf } from '../forms/form.decorator.js';
import type { FormClass } from '../forms/form.decorator.js';
import type { AnyClass, Use } from '../scopes/declarations.js';
import { NOTHING_REQUIRED } from '../scopes/composition.js';
import type { Composition } from '../scopes/composition.js';
import { SecurityScopes } from '../scopes/security-scopes.js';
import type { RouteDeclaration } from './declared-requirement.js';
import type { RouteRow } from './route-table.js';
import { isRequiring, scopesOf } from './tree-requirement.js';

/** What rows that declare the same have in common. */
export interface CommonPart {
  readonly row: Pick<RouteRow, 'access' | 'requirement' | 'verified' | 'required' | 'unverified' | 'trees' | 'isReleasing' | 'takesKeyFromUrl'>;
  /** The form that a dependency takes. */
  readonly form: FormClass | undefined;
}

/** What is merged from declarations, whatever route they are of. */
export function commonPart(declared: RouteDeclaration, composition: Composition, trees: TreeBuilder, settings: AuthSettings): CommonPart {
  const isPublic = isOpened(declared);
  const requiring = isPublic ? [] : declared.parts.filter((part) => isRequiring(part, trees));
  const { requirement, verified } = isPublic ? NOTHING_REQUIRED : composition;
  const terms = requirement.flatMap((alternative) => alternative.terms);
  const nodes = usesOf(declared, trees).map((use) => trees.treeOf(use));
  const classes = classesIn(nodes).map(trees.implementationOf);
  return {
    row: {
      access: isPublic ? 'public' : requiring.length > 0 ? 'protected' : settings.global ? 'denied' : 'open',
      requirement,
      verified,
      required: new SecurityScopes(requiring.flatMap(({ declaration }) => scopesOf(declaration, trees))),
      unverified: Object.freeze([...new Set(terms.filter(({ isUnverified }) => isUnverified).map(({ scheme }) => scheme))]),
      trees: Object.freeze(nodes),
      isReleasing: classes.some(({ prototype }) => 'release' in (prototype as object)),
      takesKeyFromUrl: terms.some(({ scheme }) => scheme.openapi.in === 'query'),
    },
    form: formIn(classes),
  };
}

/** The row of one handler. */
export function rowOf(route: Pick<RouteRow, 'controller' | 'methodName' | 'handler'>, declared: RouteDeclaration, common: CommonPart, trees: TreeBuilder): RouteRow {
  const { controller, methodName, handler } = route;
  const { access, requirement, verified, required, unverified, trees: nodes, isReleasing, takesKeyFromUrl } = common.row;
  const { parts } = declared;
  // Copied, as flatMap leaves room in what it makes, and this is kept for every route.
  const uses = nodes.length === 0 ? NONE : Object.freeze([...usesOf(declared, trees)]);
  const form = formOf(route) ?? common.form;
  // Written out: V8 keeps an object that several others were spread into as a dictionary, of 2 KB.
  return Object.freeze({ controller, methodName, handler, access, requirement, verified, required, parts, unverified, uses, trees: nodes, isReleasing, form, takesKeyFromUrl });
}

const NONE: readonly never[] = Object.freeze([]);

/** Where @Public() contradicts a requirement, and the audit only warns, the requirement counts. */
function isOpened({ isPublic, conflict }: RouteDeclaration): boolean {
  return isPublic && conflict === null;
}

/** What is required elsewhere is not resolved for a public route; what its own parameters take is. */
function usesOf(declared: RouteDeclaration, trees: TreeBuilder): readonly Use[] {
  const resolving = isOpened(declared) ? declared.parts.filter((part) => part.level === 'parameter' && !isRequiring(part, trees)) : declared.parts;
  return resolving.flatMap(({ declaration }) => declaration.use ?? []);
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
