import type { LockedRoute } from './lock-file.js';
import { NO_CONTROLLER, requirementText } from './requirement-text.js';
import { alternativesBeyond, directionOf, isExposed } from './ways.js';

/** What happened to a route; `changed`: something else, with the same callers let in. The first two fail the check. */
type ChangeKind = 'weakened' | 'new public' | 'changed' | 'tightened' | 'new' | 'gone';

export interface Change {
  readonly kind: ChangeKind;
  /** As it is now, or as it was when it is gone. */
  readonly route: LockedRoute;
  readonly text: string;
}

/** What is told in words of its own. */
const NO_NOTES = { checks: [], unverified: [] } as const;

const ORDER: readonly ChangeKind[] = ['weakened', 'new public', 'changed', 'tightened', 'new', 'gone'];

/** Every change from one list of routes to another, what lets more callers in first. */
export function changesBetween(before: readonly LockedRoute[], after: readonly LockedRoute[]): readonly Change[] {
  const names = [...new Set([...before, ...after].map(({ route }) => route))];
  const changes = names.flatMap((name) => changesOf(before.filter(({ route }) => route === name), after.filter(({ route }) => route === name)));
  const told = changes.map((change) => movedFrom(change, changes));
  return ORDER.flatMap((kind) => told.filter((change) => change.kind === kind));
}

/** A route that has another method or path now is new, unless its handler lets more callers in than it did there. */
function movedFrom(change: Change, changes: readonly Change[]): Change {
  const { kind, route } = change;
  const isController = route.handler !== NO_CONTROLLER;
  const old = kind === 'new' && isController ? changes.filter((other) => other.kind === 'gone' && other.route.handler === route.handler) : [];
  const weaker = old.find((other) => ['weakened', 'incomparable'].includes(directionOf(other.route, route)));
  return weaker === undefined ? change : { kind: 'weakened', route, text: `was ${weaker.route.route}: ${shown(weaker.route)}  now: ${shown(route)}` };
}

/** Whether a change lets somebody in who was kept out, or whom nobody has been asked about. */
export function isObjectionable({ kind }: Change): boolean {
  return kind === 'weakened' || kind === 'new public';
}

/** One method and path has several handlers where they are for different hosts or versions: they are compared by name, the rest in order. */
function changesOf(before: readonly LockedRoute[], after: readonly LockedRoute[]): readonly Change[] {
  const unmatched = [...before];
  const take = (index: number): LockedRoute | undefined => (index < 0 ? undefined : unmatched.splice(index, 1)[0]);
  const named = after.map((route) => ({ route, old: take(unmatched.findIndex(({ handler }) => handler === route.handler)) }));
  const pairs = named.map(({ route, old }) => ({ route, old: old ?? take(0) }));
  const changed = pairs.flatMap(({ route, old }) => (old === undefined ? [newRoute(route)] : changeOf(old, route)));
  return [...changed, ...unmatched.map((route): Change => ({ kind: 'gone', route, text: `was: ${shown(route)}` }))];
}

function newRoute(route: LockedRoute): Change {
  return { kind: isExposed(route) ? 'new public' : 'new', route, text: shown(route) };
}

function changeOf(old: LockedRoute, now: LockedRoute): readonly Change[] {
  const direction = directionOf(old, now);
  if (direction === 'same') return old.access === now.access ? [] : [{ kind: 'changed', route: now, text: `was: ${old.access}  now: ${now.access}` }];
  const notes = [...exchanged(old, now), ...uncheckedNow(old, now)].join('; ');
  const text = `was: ${shown(old)}  now: ${shown(now)}${notes === '' ? '' : `  (${notes})`}`;
  return [{ kind: direction === 'tightened' ? 'tightened' : 'weakened', route: now, text }];
}

/** Where some callers are let in now and others no longer: which. */
function exchanged(old: LockedRoute, now: LockedRoute): readonly string[] {
  const [before, after] = [{ ...old, ...NO_NOTES }, { ...now, ...NO_NOTES }];
  if (directionOf(before, after) !== 'incomparable') return [];
  const beyond = (one: LockedRoute, other: LockedRoute): string => requirementText('protected', alternativesBeyond(one, other), []);
  return [`lets in: ${beyond(after, before)}`, `shuts out: ${beyond(before, after)}`];
}

/** What the texts of the requirements do not tell: who has stopped looking, or has begun to. */
function uncheckedNow(old: LockedRoute, now: LockedRoute): readonly string[] {
  const beyond = (names: readonly string[], others: readonly string[]): string => names.filter((name) => !others.includes(name)).join(', ');
  const notes = [
    ['no longer verified by a strategy: ', now.access === 'protected' ? beyond(now.unverified, old.unverified) : ''],
    ['verified by a strategy now: ', now.access === 'protected' ? beyond(old.unverified, now.unverified) : ''],
    ['no longer resolved: ', beyond(old.checks, now.checks)],
    ['resolved now: ', beyond(now.checks, old.checks)],
  ] as const;
  return notes.filter(([, names]) => names !== '').map(([note, names]) => note + names);
}

/** `oauth2(me)`, `anybody (public)`. */
function shown({ access, security, checks }: LockedRoute): string {
  const isDecidedByCode = security.every((way) => Object.keys(way).length === 0);
  const text = requirementText(access, security, isDecidedByCode ? checks : []);
  return access === 'protected' ? text : `${text} (${access})`;
}
