import type { Use } from '../scopes/declarations.js';
import type { Plan } from './plan.js';
import { clientGone } from './release.js';
import type { Acquisitions } from './release.js';

/** What was resolved for a request. */
export interface Resolved {
  readonly plan: Plan;
  readonly values: readonly unknown[];
  readonly acquisitions: Acquisitions | null;
}

/** Kept beside the request, not on it, where other code would see and could change it. */
const resolved = new WeakMap<object, Resolved>();

export function keepResolved(request: object, values: Resolved): void {
  resolved.set(request, values);
}

/** What the guard resolved for a request, if it did. */
export function resolvedFor(request: object): Resolved | undefined {
  return resolved.get(request);
}

/** The value of a handler's parameter; `undefined` where the guard resolved nothing for it. Throws where it is released already. */
export function resolvedValue(request: object, use: Use): { readonly value: unknown } | undefined {
  const found = resolved.get(request);
  const slot = found?.plan.slots.get(use);
  if (found?.acquisitions?.isOver === true) throw clientGone();
  return found === undefined || slot === undefined ? undefined : { value: found.values[slot] };
}
