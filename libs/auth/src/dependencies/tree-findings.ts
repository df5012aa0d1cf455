import type { Finding } from '../errors.js';
import { RESOLVE } from './parameters.js';
import { walk } from './tree.js';
import type { TreeNode } from './tree.js';

/** What is wrong with a tree, whatever instances there are. `route`: the handler that it belongs to. */
export function treeFindings(route: string, tree: TreeNode): readonly Finding[] {
  return [...walk(tree)].flatMap((path): Finding[] => {
    const node = path.at(-1) ?? tree;
    if (node.body.isCycle) return [cycle(route, path)];
    return node.use.scopes.length > 0 && !node.body.readsScopes ? [unreadScopes(route, path)] : [];
  });
}

/** The way from a handler through its tree, `UsersController.items > CurrentActiveUser > CurrentUser`. */
export function pathOf(route: string, path: readonly TreeNode[]): string {
  return [route, ...path.map(({ use }) => use.what.name)].join(' > ');
}

/** Where a place of a tree is written in the code: on the route, or in the class above it. */
export function whereOf(route: string, path: readonly TreeNode[]): string {
  const above = path.at(-2);
  return above === undefined ? route : `${above.use.what.name}.${RESOLVE}`;
}

function cycle(route: string, path: readonly TreeNode[]): Finding {
  return {
    code: 'dependency-cycle',
    where: path.at(-1)?.use.what.name ?? route,
    problem: 'is needed to make itself',
    path: pathOf(route, path),
    mend: 'put what the two share into a third dependency.',
  };
}

function unreadScopes(route: string, path: readonly TreeNode[]): Finding {
  const { what, scopes } = (path.at(-1) as TreeNode).use;
  return {
    code: 'unread-scopes',
    where: whereOf(route, path),
    problem: `asks ${what.name} for ${scopes.join(', ')}, but nothing in its tree reads scopes: neither a scheme nor @RequiredScopes()`,
    path: pathOf(route, path),
    mend: `take a scheme or @RequiredScopes() in ${what.name}.resolve, or require the scopes of the caller with @Scopes.`,
  };
}
