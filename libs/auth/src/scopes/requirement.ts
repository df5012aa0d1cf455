import type { SecurityScheme } from '../schemes/scheme.js';

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

/** Alternatives, tried in order (OR): the same shape as OpenAPI's `security`. */
export type Requirement = readonly Alternative[];

/** Nobody need be identified. */
export const NOBODY_REQUIRED: Requirement = Object.freeze([Object.freeze({ terms: Object.freeze([]), absent: Object.freeze([]) })]);

/** Whether an alternative wants a scheme with all of these scopes. */
export function wants({ terms }: Alternative, scheme: SecurityScheme, scopes: readonly string[]): boolean {
  return terms.some((term) => term.scheme === scheme && scopes.every((scope) => term.scopes.includes(scope)));
}

/** Whether whoever is let in by an alternative is let in by another one, too. */
function implies(alternative: Alternative, other: Alternative): boolean {
  const { absent } = alternative;
  return other.terms.every(({ scheme, scopes }) => wants(alternative, scheme, scopes)) && other.absent.every((scheme) => absent.includes(scheme));
}

/** The same requirement, frozen, without alternatives that come too late: whoever meets them was let in before. */
export function simplified(alternatives: readonly Alternative[]): Requirement {
  const needed = alternatives.filter((each, index) => !alternatives.slice(0, index).some((earlier) => implies(each, earlier)));
  return Object.freeze(needed.map(({ terms, absent }) => Object.freeze({ terms: Object.freeze([...terms]), absent: Object.freeze([...absent]) })));
}

/** Whether nobody gets past a requirement without meeting another one. */
export function isVerifiedBy(requirement: Requirement, other: Requirement): boolean {
  return requirement.length > 0 && requirement.every((alternative) => other.some((each) => implies(alternative, each)));
}
