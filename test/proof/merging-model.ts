import { whereOf } from './application.js';
import type { Application, Member, Route, SchemeName } from './application.js';
import { declaredFor, requires } from './declared-model.js';
import { placedIn, schemesIn } from './placed-model.js';
import type { Placed, PlacedScope } from './placed-model.js';
import { carriersOf, EMPTY_WAY, product, waysOf, withScope } from './ways-model.js';
import type { DraftWay } from './ways-model.js';

/** One way to be let in: good credentials with these scopes for each scheme, and nothing sent to those that are absent. */
export interface Way {
  readonly terms: ReadonlyMap<SchemeName, ReadonlySet<string>>;
  readonly absent: ReadonlySet<SchemeName>;
}

/** What a route requires, with what is wrong about it. */
export interface Expected {
  readonly access: 'protected' | 'public' | 'open' | 'denied';
  /** In order, without those that a weaker one comes before. */
  readonly ways: readonly Way[];
  readonly placed: readonly Placed[];
  readonly schemes: readonly SchemeName[];
  /** Scopes that nobody can have in one of the ways, or that are required of anonymous callers. */
  readonly unheld: readonly (PlacedScope & { readonly isOfNobody: boolean })[];
  /** Schemes without a strategy whose credentials, or scopes, no parameter takes. */
  readonly unchecked: readonly SchemeName[];
  readonly isTooMuch: boolean;
}

/** More ways than a request is tried against. */
const MOST_WAYS = 64;
const NOTHING = { ways: [], placed: [], schemes: [], unheld: [], unchecked: [], isTooMuch: false };

/** What the rules of the README make of all that is said about a route; nothing of the library is used. */
export function expectedFor(application: Application, route: Route): Expected {
  const { said, isPublic, isContradictory } = declaredFor(application, route);
  if (isPublic && !isContradictory) return { access: 'public', ...NOTHING };
  const requiring = said.filter((each) => requires(application, each));
  if (requiring.length === 0) return { access: application.options.global ? 'denied' : 'open', ...NOTHING };
  return { access: 'protected', ...mergedFrom(application, placedIn(application, requiring, whereOf(route))) };
}

function mergedFrom(application: Application, placed: readonly Placed[]): Omit<Expected, 'access'> {
  const named = withDefault(application, placed);
  const unheld: (PlacedScope & { isOfNobody: boolean })[] = [];
  let drafts: readonly DraftWay[] = [EMPTY_WAY];
  let isTooMuch = false;
  for (const each of grouped(named)) {
    unheld.push(...each.flatMap(({ what, where }) => unknownMemberScopes(what, where)));
    const own = each.slice(0, 1).flatMap(({ what }) => waysOf(application, what, each.every(({ isTaken }) => isTaken)));
    drafts = product(drafts, own.flatMap((way) => askingAll(way, each, unheld)));
    isTooMuch ||= drafts.length > MOST_WAYS;
  }
  const bare = placed.filter(({ what }) => what === null).flatMap(({ scopes }) => scopes);
  const asked = drafts.flatMap((way) => asking(way, bare, false, unheld));

  const schemes = [...new Set(named.flatMap(({ what }) => schemesIn(what)))];
  const taken = new Set(named.filter(({ isTaken }) => isTaken).flatMap(({ what }) => schemesIn(what)));
  const isDemanded = (name: SchemeName): boolean => asked.some(({ terms }) => terms.get(name)?.isDemanded === true);
  const isUnverified = (name: SchemeName): boolean => application.schemes.some((scheme) => scheme.name === name && !scheme.hasStrategy);
  const combined = new Set(named.filter(({ what }) => what.is !== 'scheme').flatMap(({ what }) => schemesIn(what)));
  const unchecked = schemes.filter((name) => isUnverified(name) && (combined.has(name) || !taken.has(name) || isDemanded(name)));
  const ways = asked.flatMap((way) => finished(way, (name) => isUnverified(name) && !unchecked.includes(name)));
  return { ways: ways.filter((way, index) => !ways.slice(0, index).some((earlier) => implies(way, earlier))), placed, schemes, unheld, unchecked, isTooMuch };
}

type Named = Placed & { readonly what: NonNullable<Placed['what']> };

/** What is required without naming a scheme is required of the default one, where nothing but parameters and the application names any. */
function withDefault({ options, schemes }: Application, placed: readonly Placed[]): readonly Named[] {
  const first = placed.find(({ what }) => what === null);
  const fallback = options.default ?? schemes.slice(0, 1).map(({ name }) => ({ is: 'scheme' as const, scheme: name }))[0];
  const isNamed = placed.some(({ what, isTaken, isForAll }) => what !== null && !isTaken && !isForAll);
  return placed.flatMap((each): readonly Named[] => {
    if (each.what !== null) return [each as Named];
    return each === first && !isNamed && fallback !== undefined ? [{ ...each, what: fallback, isTaken: false, scopes: [] }] : [];
  });
}

/** What is named in the same words is required once, with the scopes of all. */
function grouped(named: readonly Named[]): readonly (readonly Named[])[] {
  const keys = named.map(({ what }) => JSON.stringify(what));
  return [...new Set(keys)].map((key) => named.filter((_, index) => keys[index] === key));
}

/** A way with the scopes of all who name it. Each of them makes the mistake of asking anonymous callers for scopes. */
function askingAll(way: DraftWay, named: readonly Named[], unheld: (PlacedScope & { isOfNobody: boolean })[]): readonly DraftWay[] {
  if (way.terms.size === 0) {
    const asked = named.map(({ scopes, isTaken }) => asking(way, scopes, isTaken, unheld));
    return asked.every(({ length }) => length > 0) ? [way] : [];
  }
  return named.reduce((ways: readonly DraftWay[], { scopes, isTaken }) => ways.flatMap((each) => asking(each, scopes, isTaken, unheld)), [way]);
}

/** A way with scopes; none where an anonymous caller would have to have some. */
function asking(way: DraftWay, scopes: readonly PlacedScope[], isTaken: boolean, unheld: (PlacedScope & { isOfNobody: boolean })[]): readonly DraftWay[] {
  const names = [...way.terms.keys()];
  unheld.push(...scopes.filter(({ scope }) => carriersOf(scope, names).length === 0).map((each) => ({ ...each, isOfNobody: names.length === 0 })));
  if (scopes.length > 0 && names.length === 0) return [];
  return [scopes.reduce((each, { scope }) => withScope(each, scope, isTaken), way)];
}

function unknownMemberScopes(what: Member | Named['what'], where: string): readonly (PlacedScope & { isOfNobody: boolean })[] {
  if (what.is === 'anyOf' || what.is === 'allOf') return what.members.flatMap((member) => unknownMemberScopes(member, where));
  if (what.is !== 'scheme with scopes') return [];
  return what.scopes.filter((scope) => carriersOf(scope, [what.scheme]).length === 0).map((scope) => ({ scope, where, isOfNobody: false }));
}

/** A scheme that may be absent may not be where somebody verifies scopes of it. */
function finished({ terms, absent }: DraftWay, isUnverified: (name: SchemeName) => boolean): readonly Way[] {
  const waived = [...terms].filter(([, { isWaived }]) => isWaived);
  if (waived.some(([name, { scopes }]) => scopes.size > 0 && !isUnverified(name))) return [];
  const required = [...terms].filter(([, { isWaived }]) => !isWaived);
  return [{ terms: new Map(required.map(([name, { scopes }]) => [name, scopes])), absent: new Set([...waived.map(([name]) => name), ...absent]) }];
}

/** Whether whoever meets one way meets another one, too. */
function implies(one: Way, other: Way): boolean {
  const holds = [...other.terms].every(([name, scopes]) => [...scopes].every((scope) => one.terms.get(name)?.has(scope)) && one.terms.has(name));
  return holds && [...other.absent].every((name) => one.absent.has(name));
}
