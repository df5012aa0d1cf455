import type { RouteDescription } from '../routes/describe.js';

/** What decides who may call a route. */
export interface Access {
  readonly access: RouteDescription['access'];
  /** Alternatives (OR) of schemes and scopes (AND), as in OpenAPI's `security`. */
  readonly security: RouteDescription['security'];
  /** Schemes whose credentials only the code of the application verifies. */
  readonly unverified: readonly string[];
  /** Dependency classes that a caller has to get past. */
  readonly checks: readonly string[];
}

/** How who may call has changed. `incomparable`: some callers are let in now, and others are no longer. */
export type Direction = 'same' | 'weakened' | 'tightened' | 'incomparable';

/** One way to be let in: all that a caller has to show for it. */
type Way = ReadonlySet<string>;

/**
 * The direction from one requirement to another. Each is an OR of ANDs of things to show, none of them negated, so that
 * one implies another exactly if each of its ways asks for all that some way of the other asks for.
 */
export function directionOf(before: Access, after: Access): Direction {
  const [old, now] = [waysOf(before), waysOf(after)];
  const letsInNoMore = now.every((way) => isCovered(way, old));
  const letsInNoLess = old.every((way) => isCovered(way, now));
  if (letsInNoMore) return letsInNoLess ? 'same' : 'tightened';
  return letsInNoLess ? 'weakened' : 'incomparable';
}

/** The alternatives of one that let somebody in whom the other does not. */
export function alternativesBeyond(one: Access, other: Access): RouteDescription['security'] {
  const covering = waysOf(other);
  return alternativesOf(one).filter((alternative) => !isCovered(wayOf(alternative, one), covering));
}

/** Whether a caller is let in who shows nothing at all, or nothing is known to ask for anything. */
export function isExposed(route: Access): boolean {
  if (route.access !== 'protected') return route.access !== 'denied';
  return waysOf(route).some(({ size }) => size === 0);
}

function waysOf(route: Access): readonly Way[] {
  return alternativesOf(route).map((alternative) => wayOf(alternative, route));
}

/** Where nothing is required, there is one alternative, which asks for nothing. */
function alternativesOf({ access, security }: Access): RouteDescription['security'] {
  if (access === 'denied') return [];
  return access === 'protected' ? security : [{}];
}

function wayOf(alternative: RouteDescription['security'][number], { unverified, checks }: Access): Way {
  const shown = Object.entries(alternative).flatMap(([scheme, scopes]) => [
    ['credentials', scheme],
    ...(unverified.includes(scheme) ? [] : [['verified', scheme]]),
    ...scopes.map((scope) => ['scope', scheme, scope]),
  ]);
  return new Set([...shown, ...checks.map((name) => ['check', name])].map((thing) => JSON.stringify(thing)));
}

function isCovered(way: Way, others: readonly Way[]): boolean {
  return others.some((other) => [...other].every((thing) => way.has(thing)));
}
