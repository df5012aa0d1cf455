import { isScopeToken } from '../schemes/scope-catalogue.js';

/** The scopes of a `scope` parameter, each once, or `null` when it is not scopes separated by single spaces. @see RFC 6749 §3.3 */
export function scopesOfText(text: string): readonly string[] | null {
  return text === '' ? [] : scopesOfList(text.split(' '));
}

/** The scopes of a list, each once, or `null` when one of its members is not a scope. */
export function scopesOfList(list: readonly unknown[]): readonly string[] | null {
  return list.every(isScopeToken) ? [...new Set(list)] : null;
}

/** The scopes given to a decorator or guard, checked where they are written: a wrong one is a `TypeError` at its line. */
export function checkedScopes(where: string, scopes: unknown): readonly string[] {
  if (!Array.isArray(scopes)) {
    throw new TypeError(`${where}: scopes are a list of texts, ['me'], not ${typeof scopes}.`);
  }
  for (const scope of scopes as readonly unknown[]) {
    if (isScopeToken(scope)) continue;
    throw new TypeError(`${where}: ${JSON.stringify(scope)} is not a scope. Give each scope as a text of its own, without spaces (RFC 6749 §3.3).`);
  }
  return Object.freeze([...(scopes as readonly string[])]);
}
