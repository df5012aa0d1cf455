import type { AuthSettings } from '../auth.options.js';
import type { TreeBuilder } from '../dependencies/tree.js';
import type { RouteRow } from '../routes/route-table.js';
import { compositionOf } from '../routes/tree-requirement.js';
import type { Declaration } from '../scopes/declarations.js';
import { isVerifiedBy } from '../scopes/requirement.js';

/**
 * What guard classes carry, beside what is known of a route: a guard may be bound in a way that the table could not see, by
 * `useGlobalGuards` for example.
 */
export class CarriedRequirement {
  readonly #isMet = new WeakMap<readonly Declaration[], WeakMap<RouteRow, boolean>>();

  constructor(
    private readonly trees: TreeBuilder,
    private readonly settings: AuthSettings,
  ) {}

  /** Whether whoever meets the route's requirement meets this too. It is looked at once for each guard and route. */
  isMetBy(row: RouteRow, carried: readonly Declaration[]): boolean {
    if (carried.length === 0) return true;
    const known = this.#isMet.get(carried) ?? new WeakMap<RouteRow, boolean>();
    this.#isMet.set(carried, known);
    const isMet = known.get(row) ?? this.#addsNothing(row, carried);
    known.set(row, isMet);
    return isMet;
  }

  #addsNothing({ parts, requirement, uses }: RouteRow, carried: readonly Declaration[]): boolean {
    const isResolved = carried.every(({ use }) => use === undefined || uses.includes(use));
    const all = [...parts, ...carried.map((declaration) => ({ declaration, level: 'guard', declaredBy: '' }) as const)];
    return isResolved && isVerifiedBy(requirement, compositionOf(all, this.trees, this.settings).requirement);
  }
}
