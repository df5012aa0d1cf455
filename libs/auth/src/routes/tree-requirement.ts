import type { TreeBuilder, TreeNode } from '../dependencies/tree.js';
import { walk } from '../dependencies/tree.js';
import { isDependencyDeclaration } from '../scopes/declarations.js';
import type { Declaration } from '../scopes/declarations.js';
import type { AuthSettings } from '../auth.options.js';
import { composed, NOTHING_REQUIRED } from '../scopes/composition.js';
import type { Composition } from '../scopes/composition.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { DeclaredPart } from './route-table.js';

/** A requirement, and the way to it through the tree of the dependency that was named, if one was. */
export interface PlacedRequirement extends Declaration {
  readonly path: readonly TreeNode[];
}

/** What a declaration requires of the caller: itself, or every scheme in the tree of the dependency that it names. */
export function requirementsOf(declaration: Declaration, trees: TreeBuilder): readonly PlacedRequirement[] {
  if (!isDependencyDeclaration(declaration)) return [{ ...declaration, path: [] }];
  return [...walk(trees.treeOf(declaration.use))].flatMap((path) => {
    const node = path.at(-1);
    if (node === undefined || typeof node.use.what === 'function') return [];
    return [{ decorator: declaration.decorator, scopes: node.scopes, expression: node.use.what, isTaken: true as const, path }];
  });
}

/** What all that is declared for a route requires together. Where only dependencies without a scheme do, they alone let callers in or do not. */
export function compositionOf(parts: readonly DeclaredPart[], trees: TreeBuilder, { default: fallback, registered }: AuthSettings): Composition<PlacedRequirement> {
  const requiring = parts.filter((part) => isRequiring(part, trees));
  if (requiring.length === 0) return NOTHING_REQUIRED;
  const declarations = requiring.flatMap(({ declaration }) => requirementsOf(declaration, trees));
  return declarations.length === 0 ? { ...NOTHING_REQUIRED, requirement: NOBODY_REQUIRED, verified: NOBODY_REQUIRED } : composed(declarations, fallback, registered);
}

/** The scopes that a declaration asks for, with those in its tree, outermost first. */
export function scopesOf(declaration: Declaration, trees: TreeBuilder): readonly string[] {
  if (!isDependencyDeclaration(declaration)) return declaration.scopes;
  return [...walk(trees.treeOf(declaration.use))].flatMap((path) => path.at(-1)?.use.scopes ?? []);
}

/**
 * Whether a declaration says that not everybody may call. A parameter that takes a dependency without schemes and scopes
 * does not: it takes a value. Nor does one of the whole application: it says nothing about this route.
 */
export function isRequiring({ declaration, level }: DeclaredPart, trees: TreeBuilder): boolean {
  if (!isDependencyDeclaration(declaration) || (level !== 'parameter' && level !== 'app')) return true;
  return scopesOf(declaration, trees).length > 0 || requirementsOf(declaration, trees).length > 0;
}
