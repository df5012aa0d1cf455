import { CATALOGUES } from './application.js';
import type { Application, Expression, Member, Route, SchemeName, Use } from './application.js';
import { declaredFor, requires } from './declared-model.js';
import type { Said } from './declared-model.js';

/** One way to be let in: good credentials with these scopes for each scheme, and nothing sent to those that are absent. */
export interface Way {
  readonly terms: ReadonlyMap<SchemeName, ReadonlySet<string>>;
  readonly absent: ReadonlySet<SchemeName>;
}

/** What a route requires. */
export interface Expected {
  readonly access: 'protected' | 'public' | 'open' | 'denied';
  readonly ways: readonly Way[];
}

/** What the rules of the README make of all that is said about a route; nothing of the library is used. */
export function expectedFor(application: Application, route: Route): Expected {
  const { said, isPublic, isContradictory } = declaredFor(application, route);
  if (isPublic && !isContradictory) return { access: 'public', ways: [] };
  const requiring = said.filter((each) => requires(application, each));
  if (requiring.length === 0) return { access: application.options.global ? 'denied' : 'open', ways: [] };
  return { access: 'protected', ways: waysOf(application, requiring) };
}

const FREE: Way = { terms: new Map(), absent: new Set() };

function waysOf(application: Application, said: readonly Said[]): readonly Way[] {
  const bare = said.filter(({ what }) => what === null);
  const scopes = bare.flatMap((each) => each.scopes);
  const fallback = defaultOf(application, said);
  const factors = [
    ...said.flatMap(({ what, scopes: own }) => (what === null ? [] : factorsOf(application, { what, scopes: own }, []))),
    ...(fallback === null ? [] : [[{ ...FREE, terms: new Map([[fallback, new Set<string>()]]) }]]),
  ];
  const together = factors.reduce<readonly Way[]>((all, factor) => all.flatMap((one) => factor.map((other) => both(one, other))), [FREE]);
  return together.map((way) => withScopes(way, scopes)).flatMap((way) => withoutOptional(application, way));
}

/** What is required without naming a scheme is required of the default one, where nothing but parameters names any. */
export function defaultOf({ options, schemes }: Application, said: readonly Said[]): SchemeName | null {
  const isNamed = said.some(({ what, isTaken }) => what !== null && what.is !== 'dependency' && !isTaken);
  return isNamed || said.every(({ what }) => what !== null) ? null : (options.default ?? schemes[0]?.name ?? null);
}

/** Each is required: an expression by itself, or every one in the tree of a dependency, with the scopes that reach it. */
function factorsOf(application: Application, { what, scopes }: Use, handedDown: readonly string[]): readonly (readonly Way[])[] {
  const all = [...handedDown, ...scopes];
  if (what.is !== 'dependency') return [waysOfMember(what).map((way) => (what.is === 'scheme' ? withTerm(way, what.scheme, all) : withScopes(way, all)))];
  return (application.dependencies[what.dependency]?.parameters ?? []).flatMap(({ use }) => factorsOf(application, use, all));
}

function waysOfMember(member: Exclude<Expression, { is: 'dependency' }> | Member): readonly Way[] {
  switch (member.is) {
    case 'scheme':
      return [withTerm(FREE, member.scheme, [])];
    case 'scheme with scopes':
      return [withTerm(FREE, member.scheme, member.scopes)];
    case 'anonymous':
    case 'anyOf':
    case 'allOf':
      throw new Error('There are no combinations yet.');
  }
}

/** A scope is required of the schemes that declare it, else of those without a catalogue. */
export function carriersOf(scope: string, schemes: readonly SchemeName[]): readonly SchemeName[] {
  const declaring = schemes.filter((name) => CATALOGUES[name]?.includes(scope));
  return declaring.length > 0 ? declaring : schemes.filter((name) => CATALOGUES[name] === undefined);
}

function withScopes(way: Way, scopes: readonly string[]): Way {
  return scopes.reduce((more, scope) => carriersOf(scope, [...way.terms.keys()]).reduce((each, scheme) => withTerm(each, scheme, [scope]), more), way);
}

function withTerm({ terms, absent }: Way, scheme: SchemeName, scopes: readonly string[]): Way {
  return { terms: new Map([...terms, [scheme, new Set([...(terms.get(scheme) ?? []), ...scopes])]]), absent };
}

function both(one: Way, other: Way): Way {
  return [...other.terms].reduce<Way>((way, [scheme, scopes]) => withTerm(way, scheme, [...scopes]), { ...one, absent: new Set([...one.absent, ...other.absent]) });
}

/** With `autoError: false` the credentials may be absent, not where somebody verifies scopes of them. */
function withoutOptional({ schemes }: Application, way: Way): readonly Way[] {
  return [...way.terms].reduce<readonly Way[]>(
    (ways, [name, scopes]) => {
      const scheme = schemes.find((each) => each.name === name);
      const isOptional = scheme !== undefined && !scheme.autoError && (!scheme.hasStrategy || scopes.size === 0);
      return isOptional ? ways.flatMap((each) => [each, withAbsent(each, name)]) : ways;
    },
    [way],
  );
}

function withAbsent({ terms, absent }: Way, name: SchemeName): Way {
  return { terms: new Map([...terms].filter(([other]) => other !== name)), absent: new Set([...absent, name]) };
}
