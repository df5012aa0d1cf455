import type { Use } from '../scopes/declarations.js';
import type { ImplementationOf } from './implementations.js';
import type { TreeParameter } from './parameters.js';

/** A use of a scheme or dependency, with the scopes that are asked for by it and by everything above it. */
export interface TreeNode {
  readonly use: Use;
  /** Outermost first, each once. */
  readonly scopes: readonly string[];
  readonly body: TreeBody;
}

/** What is below a node; shared by all uses of a class with the same scopes. */
export interface TreeBody {
  readonly children: readonly { readonly index: number; readonly node: TreeNode }[];
  /** The parameters that take the scopes. */
  readonly scopesAt: readonly number[];
  /** A scheme or `@RequiredScopes()` is in it: somebody reads the scopes that are handed down. */
  readonly readsScopes: boolean;
  /** The scopes matter to it or to something below: values are kept apart by them. */
  readonly usesScopes: boolean;
  /** Nothing below is to be made anew although the request has it. */
  readonly isCached: boolean;
  /** The class is below itself. */
  readonly isCycle: boolean;
}

/** What the parameters of a class's `resolve` take. */
export type ParametersOf = (what: Use['what']) => readonly TreeParameter[];

const SCHEME: TreeBody = Object.freeze({ children: [], scopesAt: [], readsScopes: true, usesScopes: true, isCached: true, isCycle: false });
const CYCLE: TreeBody = Object.freeze({ children: [], scopesAt: [], readsScopes: true, usesScopes: true, isCached: true, isCycle: true });

/** Makes trees. Scopes go down only: to what is below a use, and to nothing beside it. */
export class TreeBuilder {
  readonly #bodies = new Map<Use['what'], Map<string, TreeBody>>();

  /**
   * @param parametersOf - a scheme with parameters is one that a test has replaced
   * @param implementationOf - which class stands for a name
   */
  constructor(
    private readonly parametersOf: ParametersOf,
    readonly implementationOf: ImplementationOf = (named) => named,
  ) {}

  treeOf(use: Use): TreeNode {
    return this.#node(use, [], []);
  }

  /** Whether scopes tell one value of a use from another. */
  usesScopes({ what, scopes }: Use): boolean {
    return scopes.length > 0 || this.#body(what, [], []).usesScopes;
  }

  #node(use: Use, handedDown: readonly string[], above: readonly Use['what'][]): TreeNode {
    const scopes = Object.freeze([...new Set([...handedDown, ...use.scopes])]);
    return Object.freeze({ use, scopes, body: above.includes(use.what) ? CYCLE : this.#body(use.what, scopes, above) });
  }

  #body(what: Use['what'], scopes: readonly string[], above: readonly Use['what'][]): TreeBody {
    const bodies = this.#bodies.get(what) ?? new Map<string, TreeBody>();
    this.#bodies.set(what, bodies);
    const key = scopes.join(' ');
    const body = bodies.get(key) ?? this.#newBody(what, scopes, [...above, what]);
    bodies.set(key, body);
    return body;
  }

  #newBody(what: Use['what'], scopes: readonly string[], above: readonly Use['what'][]): TreeBody {
    const parameters = this.parametersOf(what);
    if (typeof what !== 'function' && parameters.length === 0) return SCHEME;
    const children = parameters.flatMap(({ index, use }) => (use === null ? [] : [{ index, node: this.#node(use, scopes, above) }]));
    const scopesAt = parameters.flatMap(({ index, use }) => (use === null ? [index] : []));
    const takesScopes = scopesAt.length > 0;
    return Object.freeze({
      children: Object.freeze(children),
      scopesAt: Object.freeze(scopesAt),
      readsScopes: takesScopes || children.some(({ node }) => node.body.readsScopes),
      usesScopes: takesScopes || children.some(({ node: { use, body } }) => use.scopes.length > 0 || body.usesScopes),
      isCached: children.every(({ node }) => node.use.useCache && node.body.isCached),
      isCycle: false,
    });
  }
}

/** Every node of a tree with the path to it, parents before children; what several share is visited once. */
export function* walk(node: TreeNode, above: readonly TreeNode[] = [], seen = new Set<TreeBody>()): Generator<readonly TreeNode[]> {
  const path = [...above, node];
  yield path;
  if (seen.has(node.body)) return;
  if (node.body.children.length > 0) seen.add(node.body);
  for (const child of node.body.children) yield* walk(child.node, path, seen);
}
