import { Logger } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { AuthSettings } from '../auth.options.js';
import { metCredentials } from '../decision/decision.js';
import type { Allowed, Decision } from '../decision/decision.js';
import { requiredScopesOf } from '../decision/principal.js';
import { resolvePlan } from '../dependencies/plan.js';
import type { Acquired, Plan, TakeCredentials } from '../dependencies/plan.js';
import type { DependencyPlans } from '../dependencies/plans.js';
import type { TreeBuilder } from '../dependencies/tree.js';
import { Acquisitions, clientGone } from '../dependencies/release.js';
import { keepResolved, resolvedFor } from '../dependencies/resolved.js';
import { isForNobody } from '../routes/route-table.js';
import type { RouteRow, RouteTable } from '../routes/route-table.js';
import type { Declaration } from '../scopes/declarations.js';
import { absentValue, valueIn } from '../scopes/expression.js';
import type { SecurityExpression } from '../scopes/expression.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Requirement } from '../scopes/requirement.js';
import type { StrategyRegistry } from '../strategies/strategy-registry.js';
import { CarriedRequirement } from './carried-requirement.js';
import { Decider } from './decider.js';
import type { GuardedRequest, GuardedResponse } from './decider.js';

/** What both guards do with a request: find its row, decide, then let it pass or answer. */
export class Gate {
  readonly #logger = new Logger('ScopesGuard');
  readonly decider: Decider;
  readonly #carried: CarriedRequirement;

  constructor(
    readonly table: RouteTable,
    readonly settings: AuthSettings,
    strategies: StrategyRegistry,
    private readonly plans: DependencyPlans,
    trees: TreeBuilder,
  ) {
    this.decider = new Decider(settings, strategies);
    this.#carried = new CarriedRequirement(trees, settings);
  }

  /**
   * Whether the request may go on. What is not known to the table is denied: another transport, a handler that is no route,
   * and what a guard carries that was bound in a way the table could not see.
   */
  pass(context: ExecutionContext, carried: readonly Declaration[]): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const row = this.table.find(context.getClass(), context.getHandler());
    if (row === undefined || row.access === 'open' || isForNobody(row)) return false;
    if (row.access === 'public') return this.resolve(row, context);
    if (!this.#carried.isMetBy(row, carried)) return false;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    if (this.#isLetIn(request, row)) return true;
    return this.#authenticate(row, request, context);
  }

  /** Another binding of the guard has let this very request in; a dependency may have refused the caller that it found. */
  #isLetIn(request: GuardedRequest, row: RouteRow): boolean {
    if (requiredScopesOf(request.auth, request) !== row.required) return false;
    const plan = this.plans.of(row);
    return plan === undefined || resolvedFor(request)?.plan === plan;
  }

  /** Resolves what the route's lists and parameters take. @param verified - what the guard let the request in with */
  resolve(row: RouteRow, context: ExecutionContext, verified: Allowed | null = null): boolean | Promise<boolean> {
    const plan = this.plans.of(row);
    if (plan === undefined) return true;
    return plan !== null && this.follow(plan, row, context, verified);
  }

  async #authenticate(row: RouteRow, request: GuardedRequest, context: ExecutionContext): Promise<boolean> {
    const response = context.switchToHttp().getResponse<GuardedResponse>();
    // A key in a URL must not make its answer reusable. @see RFC 6750 §5.3
    if (row.takesKeyFromUrl) response.header('Cache-Control', 'no-store');
    const decision = await this.decider.decide(row.verified, row.required, request);
    if (decision.kind !== 'allow') throw this.#refused(decision, row, response);
    // Where dependencies alone decide, another guard or middleware may know who it is.
    if (row.requirement !== NOBODY_REQUIRED) request.user = decision.principal.user;
    request.auth = decision.principal;
    return this.resolve(row, context, decision);
  }

  /** Makes the values of a plan, and keeps them for the request. */
  async follow(plan: Plan, row: RouteRow, context: ExecutionContext, verified: Allowed | null): Promise<boolean> {
    const [request, response, next] = context.getArgs<[GuardedRequest, GuardedResponse, unknown]>();
    if (resolvedFor(request)?.plan === plan) return true;
    let known = verified;
    const decided = async (what: SecurityExpression, requirement: Requirement): Promise<unknown> => {
      known = await this.#take(requirement, row, request, response, known);
      return valueOf(what, known);
    };
    const take: TakeCredentials = (what, requirement) => (requirement === null && verified !== null ? valueOf(what, verified) : decided(what, requirement ?? []));
    let acquisitions: Acquisitions | null = null;
    const acquired = (value: Acquired): void => {
      acquisitions ??= new Acquisitions(response, this.#logger);
      acquisitions.add(value);
    };
    try {
      const values = await resolvePlan(plan, [request, response, next], take, acquired);
      if ((acquisitions as Acquisitions | null)?.isOver === true) throw clientGone();
      keepResolved(request, { plan, values, acquisitions });
      return true;
    } catch (error) {
      (acquisitions as Acquisitions | null)?.failed(error);
      throw error;
    } finally {
      (acquisitions as Acquisitions | null)?.ended();
    }
  }

  /** Decides about what is taken at its place in the order of the tree. @param known - a decision about the same request */
  async #take(requirement: Requirement, row: RouteRow, request: GuardedRequest, response: GuardedResponse, known: Allowed | null): Promise<Allowed> {
    const decision = await this.decider.decide(requirement, row.required, request, known);
    if (decision.kind !== 'allow') throw this.#refused(decision, row, response);
    return decision;
  }

  #refused(decision: Exclude<Decision, { kind: 'allow' }>, row: RouteRow, response: GuardedResponse): Error {
    return this.decider.refused(decision, row.required, `${row.controller.name}.${row.methodName}`, response);
  }
}

/** What a parameter gets: only of what the caller was let in with, `null` where that is nothing. */
function valueOf(what: SecurityExpression, allowed: Allowed): unknown {
  return valueIn(what, (scheme, scopes) => metCredentials(allowed, scheme, scopes)) ?? absentValue(what);
}
