import { Logger } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { AuthSettings } from '../auth.options.js';
import { metCredentials } from '../decision/decision.js';
import type { Allowed, Decision } from '../decision/decision.js';
import { requiredScopesOf } from '../decision/principal.js';
import { resolvePlan } from '../dependencies/plan.js';
import type { Acquired, Plan, TakeCredentials } from '../dependencies/plan.js';
import type { DependencyPlans } from '../dependencies/plans.js';
import { Acquisitions, clientGone } from '../dependencies/release.js';
import { keepResolved, resolvedFor } from '../dependencies/resolved.js';
import type { RouteRow, RouteTable } from '../routes/route-table.js';
import type { Declaration } from '../scopes/declarations.js';
import { valueIn, waysOf } from '../scopes/expression.js';
import type { SecurityExpression } from '../scopes/expression.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Requirement, Term } from '../scopes/requirement.js';
import type { WayTerm } from '../scopes/way.js';
import type { StrategyRegistry } from '../strategies/strategy-registry.js';
import { Decider } from './decider.js';
import type { GuardedRequest, GuardedResponse } from './decider.js';

/** What both guards do with a request: find its row, decide, then let it pass or answer. */
export class Gate {
  readonly #logger = new Logger('ScopesGuard');
  readonly decider: Decider;

  constructor(
    readonly table: RouteTable,
    readonly settings: AuthSettings,
    strategies: StrategyRegistry,
    private readonly plans: DependencyPlans,
  ) {
    this.decider = new Decider(settings, strategies);
  }

  /**
   * Whether the request may go on. What is not known to the table is denied: another transport, a handler that is no route,
   * and what a guard carries that was bound in a way the table could not see.
   */
  pass(context: ExecutionContext, carried: readonly Declaration[]): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const row = this.table.find(context.getClass(), context.getHandler());
    if (row === undefined || row.access === 'open' || row.access === 'denied') return false;
    if (row.access === 'public') return this.resolve(row, context);
    if (!carried.every((declaration) => isRequired(declaration, row))) return false;
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
    const take: TakeCredentials = (what, requirement) =>
      requirement === null && verified !== null ? valueOf(what, verified) : this.#take(what, requirement ?? [], row, request, response);
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

  /** What a scheme without a strategy takes out of the request, at its place in the order of the tree. */
  async #take(what: SecurityExpression, requirement: Requirement, row: RouteRow, request: GuardedRequest, response: GuardedResponse): Promise<unknown> {
    const decision = await this.decider.decide(requirement, row.required, request);
    if (decision.kind !== 'allow') throw this.#refused(decision, row, response);
    return valueOf(what, decision);
  }

  #refused(decision: Exclude<Decision, { kind: 'allow' }>, row: RouteRow, response: GuardedResponse): Error {
    return this.decider.refused(decision, row.required, `${row.controller.name}.${row.methodName}`, response);
  }
}

/** What a parameter gets: only of what the caller was let in with, `null` where that is nothing. */
function valueOf(what: SecurityExpression, allowed: Allowed): unknown {
  return valueIn(what, (scheme, scopes) => metCredentials(allowed, scheme, scopes)) ?? null;
}

function isRequired({ expression, scopes, use }: Declaration, { required, requirement, uses }: RouteRow): boolean {
  if (use !== undefined && !uses.includes(use)) return false;
  return required.has(...scopes) && (expression === null || requirement.every(({ terms }) => isIn(expression, terms)));
}

/** Whether whoever has what is required meets an expression. */
function isIn(expression: SecurityExpression, terms: readonly Term[]): boolean {
  const isMet = ({ scheme, scopes, isWaived }: WayTerm): boolean => isWaived || terms.some((term) => term.scheme === scheme && scopes.every((scope) => term.scopes.includes(scope)));
  return waysOf(expression).some((way) => way.terms.every(isMet));
}
