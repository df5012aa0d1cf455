import type { TreeBuilder, TreeNode } from '../dependencies/tree.js';
import { walk } from '../dependencies/tree.js';
import { SecurityScheme } from '../schemes/scheme.js';
import { isDependencyDeclaration } from '../scopes/declarations.js';
import type { Declaration } from '../scopes/declarations.js';
import type { RequirementSource } from './route-table.js';

/** A requirement, and the way to it through the tree of the dependency that was named, if one was. */
export interface PlacedRequirement extends Declaration {
  readonly path: readonly TreeNode[];
}

/** What a declaration requires of the caller: itself, or every scheme in the tree of the dependency that it names. */
export function requirementsOf(declaration: Declaration, trees: TreeBuilder): readonly PlacedRequirement[] {
  if (!isDependencyDeclaration(declaration)) return [{ ...declaration, path: [] }];
  return [...walk(trees.treeOf(declaration.use))].flatMap((path) => {
    const node = path.at(-1);
    if (node === undefined || !(node.use.what instanceof SecurityScheme)) return [];
    return [{ decorator: declaration.decorator, scopes: node.scopes, scheme: node.use.what, isTaken: true as const, path }];
  });
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
export function isRequiring({ declaration, source }: { readonly declaration: Declaration; readonly source: RequirementSource }, trees: TreeBuilder): boolean {
  if (!isDependencyDeclaration(declaration) || (source.level !== 'parameter' && source.level !== 'app')) return true;
  return scopesOf(declaration, trees).length > 0 || requirementsOf(declaration, trees).length > 0;
}
