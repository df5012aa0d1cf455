import { scopesOfList, scopesOfText } from '../scopes/scope-text.js';

/** The scopes that a text or a list grants. Anything that is not well-formed grants nothing at all. */
export function grantedScopes(value: unknown): readonly string[] {
  if (typeof value === 'string') return scopesOfText(value) ?? [];
  return Array.isArray(value) ? (scopesOfList(value) ?? []) : [];
}
