import { isScopeToken } from '../schemes/scope-catalogue.js';

/** The scopes of a `scope` parameter, each once, or `null` when it is not scopes separated by single spaces. @see RFC 6749 §3.3 */
export function scopesOfText(text: string): readonly string[] | null {
  return text === '' ? [] : scopesOfList(text.split(' '));
}

/** The scopes of a list, each once, or `null` when one of its members is not a scope. */
export function scopesOfList(list: readonly unknown[]): readonly string[] | null {
  return list.every(isScopeToken) ? [...new Set(list)] : null;
}
