import type { SecurityScheme } from '../schemes/scheme.js';
import type { Declaration } from './declarations.js';

/** One scheme whose credentials are required, with the scopes that they must carry. */
export interface Term {
  readonly scheme: SecurityScheme;
  readonly scopes: readonly string[];
  /** There is no strategy, and a parameter takes the credentials: the guard lets them through, with their scopes, and code checks both. */
  readonly isUnverified: boolean;
}

/**
 * One way to be let in: every term holds (AND), and the schemes in `absent` sent nothing. The latter keeps credentials
 * that were sent and are bad from passing as an anonymous caller. No terms: nobody need be identified.
 */
export interface Alternative {
  readonly terms: readonly Term[];
  readonly absent: readonly SecurityScheme[];
}

/** The schemes of an application, each with whether it has a strategy. */
export type RegisteredSchemes = ReadonlyMap<SecurityScheme, boolean>;

/** Alternatives, tried in order (OR): the same shape as OpenAPI's `security`. */
export type Requirement = readonly Alternative[];

/**
 * Requires the schemes and scopes of all declarations together: different schemes are AND, scopes are a union.
 * Without any scheme there is no alternative, so nobody is let in.
 */
export function requirementOf(
  declarations: readonly Declaration[],
  fallback: SecurityScheme | null,
  registered: RegisteredSchemes,
): Requirement {
  const schemes = requiredSchemes(declarations, fallback);
  if (schemes.length === 0) return [];
  const unchecked = uncheckedSchemes(declarations, fallback, registered);
  const terms = schemes.map((scheme) => {
    const scopes = scopesFor(scheme, schemes, declarations);
    return Object.freeze({ scheme, scopes, isUnverified: registered.get(scheme) === false && !unchecked.includes(scheme) });
  });
  const alternatives = terms.reduce<readonly Alternative[]>((all, term) => withTerm(all, term, registered), [{ terms: [], absent: [] }]);
  return Object.freeze(alternatives.map(frozen));
}

/** Nobody need be identified. */
export const NOBODY_REQUIRED: Requirement = Object.freeze([Object.freeze({ terms: Object.freeze([]), absent: Object.freeze([]) })]);

/** The part that strategies verify. The rest is taken out of the request where a parameter wants it, in the order of the tree. */
export function verifiedPart(requirement: Requirement): Requirement {
  const terms = requirement.flatMap((alternative) => alternative.terms);
  const unverified = new Set(terms.filter(({ isUnverified }) => isUnverified).map(({ scheme }) => scheme));
  if (unverified.size === 0) return requirement;
  const parts = requirement.map((alternative) => ({
    terms: alternative.terms.filter(({ scheme }) => !unverified.has(scheme)),
    absent: alternative.absent.filter((scheme) => !unverified.has(scheme)),
  }));
  // Two alternatives that differ in an unverified scheme only are one now.
  const byName = new Map(parts.map((part) => [JSON.stringify([part.terms.map(({ scheme }) => scheme.name), part.absent.map(({ name }) => name)]), part]));
  return Object.freeze([...byName.values()].map(frozen));
}

/** Whether nobody gets past a requirement without having these scopes of a scheme, or sent nothing to it where that is allowed. */
export function isVerifiedBy(requirement: Requirement, scheme: SecurityScheme, scopes: readonly string[]): boolean {
  const holds = ({ terms, absent }: Alternative): boolean => {
    const isAsked = terms.some((term) => term.scheme === scheme && scopes.every((scope) => term.scopes.includes(scope)));
    return isAsked || (scopes.length === 0 && absent.includes(scheme));
  };
  return requirement.length > 0 && requirement.every(holds);
}

/**
 * The schemes a route requires, in the order of their first use. Where something is required without naming a scheme, and
 * no class, method or guard names one, it is the fallback; a parameter that takes credentials adds to that.
 */
export function requiredSchemes(declarations: readonly Declaration[], fallback: SecurityScheme | null): readonly SecurityScheme[] {
  const isNamed = declarations.some(({ scheme, isTaken }) => scheme !== null && isTaken !== true);
  const schemes = declarations.flatMap(({ scheme }) => scheme ?? (isNamed ? [] : (fallback ?? [])));
  return [...new Set(schemes)];
}

/** The schemes that nobody checks: there is no strategy, and no parameter takes the credentials, or not all of their scopes. */
export function uncheckedSchemes(
  declarations: readonly Declaration[],
  fallback: SecurityScheme | null,
  registered: RegisteredSchemes,
): readonly SecurityScheme[] {
  const schemes = requiredSchemes(declarations, fallback);
  const untaken = declarations.filter(({ isTaken }) => isTaken !== true);
  const isTaken = (scheme: SecurityScheme): boolean => declarations.some((declaration) => declaration.scheme === scheme && declaration.isTaken === true);
  return schemes.filter((scheme) => registered.get(scheme) !== true && (!isTaken(scheme) || scopesFor(scheme, schemes, untaken).length > 0));
}

/** The schemes that must carry a scope: those that declare it, else those without a catalogue. None: nobody knows it. */
export function carriersOf(scope: string, schemes: readonly SecurityScheme[]): readonly SecurityScheme[] {
  const declaring = schemes.filter(({ scopes }) => scopes !== null && Object.hasOwn(scopes, scope));
  return declaring.length > 0 ? declaring : schemes.filter(({ scopes }) => scopes === null);
}

function scopesFor(scheme: SecurityScheme, schemes: readonly SecurityScheme[], declarations: readonly Declaration[]): readonly string[] {
  const scopes = declarations.flatMap((declaration) => {
    if (declaration.scheme !== null) return declaration.scheme === scheme ? declaration.scopes : [];
    return declaration.scopes.filter((scope) => {
      const carriers = carriersOf(scope, schemes);
      // A scope that no scheme knows is a finding of the audit; where that is only a warning, nobody must get past it.
      return carriers.length === 0 || carriers.includes(scheme);
    });
  });
  return Object.freeze([...new Set(scopes)]);
}

/** A scheme with `autoError: false` may be absent, which is a further alternative; not where it must carry scopes. */
function withTerm(alternatives: readonly Alternative[], term: Term, registered: RegisteredSchemes): readonly Alternative[] {
  const isOptional = registered.has(term.scheme) && !term.scheme.autoError && (term.isUnverified || term.scopes.length === 0);
  return alternatives.flatMap((alternative) => {
    const required = { ...alternative, terms: [...alternative.terms, term] };
    return isOptional ? [required, { ...alternative, absent: [...alternative.absent, term.scheme] }] : [required];
  });
}

function frozen({ terms, absent }: Alternative): Alternative {
  return Object.freeze({ terms: Object.freeze([...terms]), absent: Object.freeze([...absent]) });
}
