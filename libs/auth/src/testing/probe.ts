import { HttpException } from '@nestjs/common';
import type { ExecutionContext, INestApplication } from '@nestjs/common';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { DependencyPlans } from '../dependencies/plans.js';
import type { Plan } from '../dependencies/plan.js';
import type { Gate } from '../guards/gate.js';
import { GATE } from '../guards/scopes.guard.js';
import { partOf } from '../routes/part-of.js';
import type { RouteRow } from '../routes/route-table.js';
import { NO_CLAIMS, REFUSED } from '../strategies/strategy.js';
import { StrategyRegistry } from '../strategies/strategy-registry.js';
import { intercept } from './interception.js';

/** A request that goes as far as the guard's decision, and what became of it. */
export class Probe {
  /** The guard was reached: nothing before it has answered. */
  isDecided = false;
  /** The route that it was let in to. */
  letInTo: RouteRow | null = null;

  /** @param granted - the schemes whose credentials in this request are good, each with the scopes that they carry */
  constructor(readonly granted: ReadonlyMap<string, readonly string[]>) {}
}

/** Finds the probe that a request is, by the object itself: nothing that a client sends makes one. */
export type ProbeOf = (request: object) => Probe | undefined;

/** Ends a probe that is let in. What counts is noted on the probe, whatever a filter makes of this. */
class LetIn extends HttpException {
  constructor() {
    super('Let in', 200);
  }
}

/**
 * Lets an application judge probes: strategies are not asked for them, and no dependency and no handler runs. Every other
 * request goes its way.
 *
 * @returns ends it
 */
export function admitProbes(app: INestApplication, probeOf: ProbeOf): () => void {
  const gate = partOf<Gate>(app, GATE);
  const { registered } = partOf<AuthSettings>(app, SETTINGS);
  const plans = partOf<DependencyPlans>(app, DependencyPlans);
  const ends = [
    intercept(partOf<StrategyRegistry>(app, StrategyRegistry), 'verify', (next, scheme, credentials, request) => {
      const probe = probeOf(request);
      if (probe === undefined || registered.get(scheme) !== true) return next(scheme, credentials, request);
      const scopes = probe.granted.get(scheme.name);
      return Promise.resolve(scopes === undefined ? REFUSED : { kind: 'verified', user: TEST_USER, scopes, claims: NO_CLAIMS });
    }),
    intercept(gate, 'pass', (next, context, carried) => {
      const probe = probeOf(requestOf(context));
      if (probe !== undefined) probe.isDecided = true;
      return next(context, carried);
    }),
    intercept(gate, 'resolve', (next, row, context, verified) => {
      const probe = probeOf(requestOf(context));
      if (probe === undefined) return next(row, context, verified);
      probe.isDecided = true;
      return stopped(probe, row, plans.of(row), (plan) => gate.follow(plan, row, context, verified ?? null));
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** What is taken of schemes without a strategy is part of the decision; `null` stands for a mistake in the tree, which denies. */
async function stopped(probe: Probe, row: RouteRow, plan: Plan | null | undefined, follow: (plan: Plan) => Promise<boolean>): Promise<boolean> {
  if (plan === null) return false;
  if (plan !== undefined) await follow({ steps: plan.steps.filter(({ kind }) => kind === 'take'), slots: plan.slots });
  probe.letInTo = row;
  throw new LetIn();
}

const TEST_USER = Object.freeze({ name: 'assertSecurityContract' });

function requestOf(context: ExecutionContext): object {
  return context.switchToHttp().getRequest<object>();
}
