import { composed } from '../scopes/composition.js';
import type { RegisteredSchemes } from '../scopes/composition.js';
import type { Use } from '../scopes/declarations.js';
import { isVerifiedBy } from '../scopes/requirement.js';
import type { Requirement } from '../scopes/requirement.js';
import { SecurityScopes } from '../scopes/security-scopes.js';
import type { Dependency } from './dependency.js';
import type { ParameterReader } from './parameter-reader.js';
import type { Argument, Plan, Step } from './plan.js';
import type { TreeBody, TreeBuilder, TreeNode } from './tree.js';

/** An instance that values are made with, and how its parameters that are not in the tree are read. */
export interface Provided {
  readonly instance: Dependency;
  readonly read: ParameterReader | null;
}

/** A route with what it resolves. */
export interface ResolvingRoute {
  readonly uses: readonly Use[];
  /** What strategies have verified before anything is resolved. */
  readonly verified: Requirement;
  /** One object for all routes that declare the same. */
  readonly required: SecurityScopes;
}

/** The calls of a plan, and the slot of each use in order: the same for all routes that declare the same. */
export interface CompiledSteps {
  readonly steps: readonly Step[];
  readonly slots: readonly number[];
}

/** What plans of an application are made of. */
export interface Compilation {
  /** The trees as their classes declare them, and as the instances that stand for them want it: tests replace some. */
  readonly declared: TreeBuilder;
  readonly effective: TreeBuilder;
  /** `null`: a scheme that nothing has replaced, or combined ones. */
  readonly provided: (what: Use['what']) => Provided | null;
  readonly registered: RegisteredSchemes;
}

/**
 * Writes down every call of a request in order. Which value is made and which is one the request already has is known
 * at start: it depends on nothing but classes, scopes and `useCache`.
 *
 * What is below a dependency is solved before it is asked whether its own value is there already.
 *
 * @see FastAPI `solve_dependencies`
 */
export function compileSteps({ uses, verified }: ResolvingRoute, compilation: Compilation): CompiledSteps {
  const compiler = new PlanCompiler(compilation, verified);
  const slots = uses.map((use) => compiler.solve(compilation.effective.treeOf(use)));
  return { steps: Object.freeze(compiler.steps), slots };
}

/** The plan of one route. */
export function planOf({ uses }: ResolvingRoute, { steps, slots }: CompiledSteps): Plan {
  return Object.freeze({ steps, slots: new Map(uses.map((use, index) => [use, slots[index] as number])) });
}

class PlanCompiler {
  readonly steps: Step[] = [];
  /** The slots of the values that a request already has, by what they are made of and the scopes that tell them apart. */
  readonly #cache = new Map<Use['what'], Map<string, number>>();
  /** What is solved: solving it again would find every value in the cache. */
  readonly #solved = new Set<TreeBody>();

  constructor(
    private readonly compilation: Compilation,
    private readonly verified: Requirement,
  ) {}

  /** The slot of the value. */
  solve(node: TreeNode): number {
    const { what, useCache } = node.use;
    const cached = this.#cacheOf(what);
    const { declared, effective } = this.compilation;
    const isKeptApart = declared.usesScopes(node.use) || effective.usesScopes(node.use);
    const key = isKeptApart ? `scopes ${[...node.scopes].sort().join(' ')}` : '';
    const earlier = cached.get(key);
    if (useCache && earlier !== undefined && this.#solved.has(node.body)) return earlier;
    const slots = node.body.children.map(({ index, node: child }) => ({ index, slot: this.solve(child) }));
    if (node.body.isCached) this.#solved.add(node.body);
    // Below it nothing is the same thing with the same key, so that the cache is as it was.
    if (useCache && earlier !== undefined) return earlier;
    const slot = this.steps.length;
    this.steps.push(this.#step(node, slot, slots));
    if (earlier === undefined) cached.set(key, slot);
    return slot;
  }

  #cacheOf(what: Use['what']): Map<string, number> {
    const cached = this.#cache.get(what) ?? new Map<string, number>();
    this.#cache.set(what, cached);
    return cached;
  }

  #step({ use: { what }, scopes, body }: TreeNode, slot: number, children: readonly Argument[]): Step {
    const provided = this.compilation.provided(what);
    if (provided !== null) {
      const required = new SecurityScopes(scopes);
      const constants = body.scopesAt.map((index) => ({ index, constant: required }));
      return Object.freeze({ kind: 'call', slot, ...provided, arguments: Object.freeze([...children, ...constants]) });
    }
    if (typeof what === 'function') throw new TypeError(`${what.name} has no instance.`);
    // What stands for a dependency may ask for more than the route declares.
    const { requirement } = composed([{ decorator: '', scopes, expression: what, isTaken: true }], null, this.compilation.registered);
    return Object.freeze({ kind: 'take', slot, what, requirement: isVerifiedBy(this.verified, requirement) ? null : requirement });
  }
}
