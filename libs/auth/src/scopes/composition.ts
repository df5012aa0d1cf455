import type { SecurityScheme } from '../schemes/scheme.js';
import type { Declaration } from './declarations.js';
import { schemesOf, SecurityCombination, waysOf } from './expression.js';
import type { SecurityExpression } from './expression.js';
import { simplified } from './requirement.js';
import type { Alternative, Requirement } from './requirement.js';
import { product } from './way.js';
import type { Way, WayTerm } from './way.js';

/** The schemes of an application, each with whether it has a strategy. */
export type RegisteredSchemes = ReadonlyMap<SecurityScheme, boolean>;

/** What some declarations require together. */
export interface Composition<From extends Declaration = Declaration> {
  readonly requirement: Requirement;
  /** The part that the guard decides before anything is resolved: what strategies verify. The rest is taken out of the request where a parameter wants it, in the order of the tree. */
  readonly verified: Requirement;
  readonly schemes: readonly SecurityScheme[];
  /** The schemes that nobody checks: there is no strategy, and no parameter takes the credentials by themselves, or not all of their scopes. */
  readonly unchecked: readonly SecurityScheme[];
  /** Scopes that no scheme of an alternative knows, or that are required of anonymous callers, who have none. */
  readonly unheld: readonly UnheldScope<From>[];
  /** A request would have to be tried against too many alternatives: nobody is let in. */
  readonly isTooMuch: boolean;
}

/** A scope that nobody can have in one of the alternatives. */
interface UnheldScope<From extends Declaration = Declaration> {
  readonly scope: string;
  readonly declaration: From;
  /** Those that should have it. None: the alternative is for anonymous callers. */
  readonly schemes: readonly SecurityScheme[];
}

const EMPTY: readonly Way[] = [{ terms: [], absent: [] }];
export const NOTHING_REQUIRED: Composition<never> = Object.freeze({ requirement: [], verified: [], schemes: [], unchecked: [], unheld: [], isTooMuch: false });

/**
 * Requires all declarations together: different schemes are AND, alternatives are multiplied, scopes are a union and are
 * required of each alternative, of those schemes in it that declare them. Without any scheme nobody is let in.
 */
export function composed<From extends Declaration>(declarations: readonly From[], fallback: SecurityExpression | null, registered: RegisteredSchemes): Composition<From> {
  const unheld: UnheldScope<From>[] = [];
  const isNamed = declarations.some(({ expression, isTaken, isForAll }) => expression !== null && isTaken !== true && isForAll !== true);
  const named = declarations.flatMap(({ expression }) => expression ?? (isNamed ? [] : (fallback ?? [])));
  const expressions = new Map(named.map((expression) => [identityOf(expression), expression]));
  let drafts: readonly Way[] | null = expressions.size === 0 ? [] : EMPTY;
  const bare = declarations.filter(({ expression }) => expression === null);
  for (const [identity, expression] of expressions) {
    const own = declarations.filter((declaration) => declaration.expression !== null && identityOf(declaration.expression) === identity);
    const ways = waysOf(expression);
    unheld.push(...ways.flatMap(({ terms }) => terms.flatMap((term) => unknownTo(term, own[0] ?? bare[0]))));
    drafts &&= product(drafts, ways.flatMap((way) => withScopes(way, own, unheld)));
  }
  const ways = (drafts ?? []).flatMap((draft) => withScopes(draft, bare, unheld));
  const schemes = [...new Set([...expressions.values()].flatMap(schemesOf))];
  const taken = declarations.flatMap(({ expression, isTaken }) => (isTaken === true && expression !== null ? expression : []));
  const combined = [...expressions.values()].flatMap((expression) => (expression instanceof SecurityCombination ? schemesOf(expression) : []));
  const isDemanded = (scheme: SecurityScheme): boolean => ways.some(({ terms }) => terms.some((term) => term.scheme === scheme && term.isDemanded));
  // What a parameter gets of a combination does not tell whether it was verified, so all of it has to be.
  const unchecked = schemes.filter((scheme) => registered.get(scheme) !== true && (combined.includes(scheme) || !taken.includes(scheme) || isDemanded(scheme)));
  const inOrder = new Map(schemes.map((scheme) => [scheme, scopesInOrder(scheme, [...expressions.values()], declarations)]));
  const requirement = simplified(ways.flatMap((way) => alternativeOf(way, inOrder, registered, unchecked) ?? []));
  return {
    requirement,
    verified: verifiedPart(requirement),
    schemes,
    unchecked,
    unheld,
    isTooMuch: drafts === null,
  };
}

/** The schemes that must carry a scope: those that declare it, else those without a catalogue. None: nobody knows it. */
function carriersOf(scope: string, schemes: readonly SecurityScheme[]): readonly SecurityScheme[] {
  const declaring = schemes.filter(({ scopes }) => scopes !== null && Object.hasOwn(scopes, scope));
  return declaring.length > 0 ? declaring : schemes.filter(({ scopes }) => scopes === null);
}

/** Scopes of a member that its scheme does not know. */
function unknownTo<From extends Declaration>({ scheme, scopes }: WayTerm, declaration: From | undefined): readonly UnheldScope<From>[] {
  const unknown = scopes.filter((scope) => carriersOf(scope, [scheme]).length === 0);
  return declaration === undefined ? [] : unknown.map((scope) => ({ scope, declaration, schemes: [scheme] }));
}

/** Combinations that say the same are one: whoever meets them need not be another caller for each. */
function identityOf(expression: SecurityExpression): unknown {
  return expression instanceof SecurityCombination ? expression.name : expression;
}

/** The way with the scopes of declarations. None where an anonymous caller would have to have some. */
function withScopes<From extends Declaration>(draft: Way, declarations: readonly From[], unheld: UnheldScope<From>[]): readonly Way[] {
  const schemes = draft.terms.map(({ scheme }) => scheme);
  const asked = declarations.flatMap((declaration) => declaration.scopes.map((scope) => ({ scope, declaration, carriers: carriersOf(scope, schemes) })));
  if (asked.length === 0) return [draft];
  unheld.push(...asked.flatMap(({ scope, declaration, carriers }) => (carriers.length === 0 ? [{ scope, declaration, schemes }] : [])));
  if (schemes.length === 0) return [];
  const terms = draft.terms.map((term) => {
    // What nobody can have stops the application; where that is only a warning, nobody must get past it.
    const own = asked.filter(({ carriers }) => carriers.length === 0 || carriers.includes(term.scheme));
    const isDemanded = term.isDemanded || own.some(({ declaration }) => declaration.isTaken !== true);
    return { ...term, scopes: [...term.scopes, ...own.map(({ scope }) => scope)], isDemanded };
  });
  return [{ terms, absent: draft.absent }];
}

/** Every scope that may be required of a scheme, in the order of its first use for it. */
function scopesInOrder(scheme: SecurityScheme, expressions: readonly SecurityExpression[], declarations: readonly Declaration[]): readonly string[] {
  const ofMembers = (expression: SecurityExpression): readonly string[] => waysOf(expression).flatMap(({ terms }) => terms.flatMap((term) => (term.scheme === scheme ? term.scopes : [])));
  const ofDeclarations = declarations.flatMap(({ expression, scopes }) => {
    if (expression === null) return scopes;
    return schemesOf(expression).includes(scheme) ? [...ofMembers(expression), ...scopes] : [];
  });
  return [...new Set([...ofDeclarations, ...expressions.flatMap(ofMembers)])];
}

/** `null`: a scheme that may be absent would have to carry scopes, so that it may not. */
function alternativeOf({ terms, absent }: Way, inOrder: ReadonlyMap<SecurityScheme, readonly string[]>, registered: RegisteredSchemes, unchecked: readonly SecurityScheme[]): Alternative | null {
  const isUnverified = ({ scheme }: WayTerm): boolean => registered.get(scheme) === false && !unchecked.includes(scheme);
  const waived = terms.filter(({ isWaived }) => isWaived);
  if (waived.some((term) => !registered.has(term.scheme) || (term.scopes.length > 0 && !isUnverified(term)))) return null;
  const required = terms.filter(({ isWaived }) => !isWaived);
  return {
    terms: required.map((term) => Object.freeze({ scheme: term.scheme, scopes: Object.freeze((inOrder.get(term.scheme) ?? []).filter((scope) => term.scopes.includes(scope))), isUnverified: isUnverified(term) })),
    absent: [...new Set([...waived.map(({ scheme }) => scheme), ...absent])],
  };
}

/** Schemes without a strategy are in no combination, so that each alternative wants them in the same way. */
function verifiedPart(requirement: Requirement): Requirement {
  const left = new Set(requirement.flatMap(({ terms }) => terms.filter(({ isUnverified }) => isUnverified).map(({ scheme }) => scheme)));
  if (left.size === 0) return requirement;
  return simplified(requirement.map(({ terms, absent }) => ({ terms: terms.filter(({ scheme }) => !left.has(scheme)), absent: absent.filter((scheme) => !left.has(scheme)) })));
}
