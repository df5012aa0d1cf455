import type { OpenAPIObject } from '@nestjs/swagger';
import type { Presented } from './callers.js';

/** Security Requirement Objects: one of them has to be met (OR), and all schemes of it (AND). */
export type Security = readonly Readonly<Record<string, readonly string[]>>[];

/** `security` of an operation, else that of the document. An empty list is the same as nothing: nobody need be identified. @see OpenAPI 3.1 §4.8.1.1, §4.8.10.1 */
export function securityIn(document: OpenAPIObject, path: string, method: string): Security {
  const operations = document.paths[path] as Readonly<Record<string, { readonly security?: Security } | undefined>> | undefined;
  const operation = operations?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`The document has no ${method} ${path}.`);
  const security = operation.security ?? (document.security) ?? [];
  return security.length === 0 ? [{}] : security;
}

/**
 * What a document says to a caller, read as OpenAPI has it: an alternative is met by good credentials for each of its
 * schemes that have its scopes, and one is enough.
 *
 * - `refused`: no alternative is met.
 * - `let in`: one is met, and all that was sent to schemes of the operation has a part in one that is.
 * - `more was sent`: one is met, and something was sent besides that meets nothing: bad credentials, or good ones that lack
 *   scopes or the company of others. OpenAPI has no words for it. The rule of this library is that they are passed over
 *   where the alternatives are those of an `anyOf`, and that they never count as absent: not as `anonymous`, and not for a
 *   scheme that may be absent (`autoError: false`).
 *
 * @param unseen - schemes of alternatives that the document leaves out, as a weaker one comes before them
 * @see OpenAPI 3.1 §4.8.30
 */
export function readingOf(security: Security, presented: (scheme: string) => Presented, unseen: readonly string[]): 'refused' | 'let in' | 'more was sent' {
  const met = security.filter((alternative) => Object.entries(alternative).every(([scheme, scopes]) => isMet(presented(scheme), scopes)));
  if (met.length === 0) return 'refused';
  const sent = [...security.flatMap((alternative) => Object.keys(alternative)), ...unseen].filter((scheme) => presented(scheme) !== 'absent');
  return sent.every((scheme) => met.some((alternative) => scheme in alternative)) ? 'let in' : 'more was sent';
}

function isMet(presented: Presented, scopes: readonly string[]): boolean {
  return typeof presented !== 'string' && scopes.every((scope) => presented.includes(scope));
}
