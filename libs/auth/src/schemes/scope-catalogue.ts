import { invalidOption } from '../errors.js';
import { shown } from './scheme.js';

/** @see RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Whether a text is one scope: no space, no quote, no backslash, ASCII only. */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && SCOPE_TOKEN.test(value);
}

/** The scopes a scheme declares, as a frozen copy; each name must be a scope token, each description a text. */
export function checkedCatalogue(where: string, scopes: unknown): Readonly<Record<string, string>> {
  if (typeof scopes !== 'object' || scopes === null || Array.isArray(scopes)) {
    throw invalidOption(where, `scopes is ${shown(scopes)}`, "give scopes as an object, { me: 'Read your profile.' }.");
  }
  const catalogue: Record<string, string> = {};
  for (const [scope, description] of Object.entries(scopes)) {
    if (!isScopeToken(scope)) {
      throw invalidOption(where, `scopes has the name ${JSON.stringify(scope)}`, 'use printable ASCII without space, quote and backslash (RFC 6749 §3.3).');
    }
    if (typeof description !== 'string') throw invalidOption(where, `scopes.${scope} is ${shown(description)}`, 'describe the scope in a text.');
    catalogue[scope] = description;
  }
  return Object.freeze(catalogue);
}
