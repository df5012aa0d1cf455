import type { Finding } from '../errors.js';
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
  const above = path.at(-2);
  return {
    code: 'unread-scopes',
    where: above === undefined ? route : `${above.use.what.name}.resolve`,
    problem: `asks ${what.name} for ${scopes.join(', ')}, but nothing in its tree reads scopes: neither a scheme nor @RequiredScopes()`,
    path: pathOf(route, path),
    mend: `take a scheme or @RequiredScopes() in ${what.name}.resolve, or require the scopes of the caller with @Scopes.`,
  };
}
