import type { Finding } from '../errors.js';
import type { Use } from '../scopes/declarations.js';
import type { RegisteredSchemes } from '../scopes/composition.js';
import type { ImplementationOf } from './implementations.js';
import type { DependencyInstances } from './instances.js';
import { resolveParameters } from './parameters.js';
import { compileSteps, planOf } from './plan-compiler.js';
import type { CompiledSteps, ResolvingRoute } from './plan-compiler.js';
import type { Plan } from './plan.js';
import { pathOf, treeFindings } from './tree-findings.js';
import { TreeBuilder, walk } from './tree.js';
import type { TreeNode } from './tree.js';

/** Trees as the classes declare them. */
export function declaredTrees(implementationOf: ImplementationOf): TreeBuilder {
  return new TreeBuilder((what) => (typeof what === 'function' ? resolveParameters(implementationOf(what).prototype as object) : []), implementationOf);
}

/** The plan of each route that resolves something, made once the instances are there. */
export class DependencyPlans {
  readonly #plans = new Map<ResolvingRoute, Plan | null>();
  readonly #findings: Finding[] = [];

  /** @param declared - the trees as their classes declare them, which the route table was made with */
  constructor(private readonly declared: TreeBuilder) {}

  /** The mistakes in trees that showed when instances were looked up. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** The plan of a route: `undefined` where it resolves nothing, `null` where there is a mistake in its tree. */
  of(route: ResolvingRoute): Plan | null | undefined {
    return this.#plans.get(route);
  }

  /** @param where - names a route, `UsersController.items` */
  bind<Route extends ResolvingRoute>(routes: readonly Route[], where: (route: Route) => string, instances: DependencyInstances, registered: RegisteredSchemes): void {
    const effective = new TreeBuilder((what) => instances.find(what).parameters);
    const compilation = { declared: this.declared, effective, provided: (what: Use['what']) => instances.find(what).provided, registered };
    // There are many routes that declare the same: what is right in one of them is right in all.
    const compiled = new Map<object, CompiledSteps>();
    for (const route of routes) {
      if (route.uses.length === 0) continue;
      const known = compiled.get(route.required);
      const findings = known === undefined ? route.uses.flatMap((use) => mistakesIn(where(route), effective.treeOf(use), instances)) : [];
      this.#findings.push(...findings);
      if (findings.length === 0) {
        const steps = known ?? compileSteps(route, compilation);
        compiled.set(route.required, steps);
        this.#plans.set(route, planOf(route, steps));
      } else {
        this.#plans.set(route, null);
      }
    }
  }
}

function mistakesIn(where: string, tree: TreeNode, instances: DependencyInstances): readonly Finding[] {
  const cycles = treeFindings(where, tree).filter(({ code }) => code === 'dependency-cycle');
  const unusable = [...walk(tree)].flatMap((path): Finding[] => {
    const { what } = (path.at(-1) as TreeNode).use;
    const { mistake } = instances.find(what);
    return mistake === null ? [] : [{ ...mistake, where: what.name, path: pathOf(where, path) }];
  });
  return [...cycles, ...unusable];
}
