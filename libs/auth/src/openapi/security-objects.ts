import type { Requirement, Term } from '../scopes/requirement.js';

/** OpenAPI's Security Requirement Object: scheme names (AND), each with scopes. */
export type SecurityRequirementObject = Record<string, string[]>;

/**
 * A requirement as OpenAPI's `security`.
 *
 * @param listsAllScopes - OpenAPI 3.1 and later list scopes for every kind of scheme; 3.0 demands an empty list but for
 * oauth2 and openIdConnect (OpenAPI 3.0.4 §4.8.30).
 */
export function securityObjects(requirement: Requirement, listsAllScopes: boolean): SecurityRequirementObject[] {
  return requirement.map(({ terms }) => Object.fromEntries(terms.map((term) => [term.scheme.name, shownScopes(term, listsAllScopes)])));
}

function shownScopes({ scheme, scopes }: Term, listsAllScopes: boolean): string[] {
  const { type } = scheme.openapi;
  return listsAllScopes || type === 'oauth2' || type === 'openIdConnect' ? [...scopes] : [];
}
