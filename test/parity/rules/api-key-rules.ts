import { AMBIGUOUS, fieldLines, MISSING, stripped, withoutBlanks } from './rule.js';
import type { ReadingRule } from './rule.js';
import type { SchemeDeclaration, SentRequest } from '../declaration.js';
import type { Reading } from '../readings.js';

/** The rules about API keys, in the order in which they apply. */
export const API_KEY_RULES: readonly ReadingRule[] = [
  {
    name: 'outer-white-space',
    reading: (scheme, request) =>
      whereCookies(scheme, request, (pairs, name) => {
        const strange = pairs.filter(([key, value]) => stripped(key) === name && (key !== name || value !== stripped(value)));
        if (strange.length === 0) return null;
        const own = pairs.find(([key]) => key === name)?.[1] ?? '';
        return own === '' ? MISSING : { kind: 'value', value: unquoted(own) };
      }),
  },
  {
    name: 'cookie-unquoting',
    reading: (scheme, request) =>
      whereCookies(scheme, request, (pairs, name) => {
        const own = pairs.find(([key]) => key === name)?.[1] ?? '';
        return unquoted(own) !== own && own.includes('\\') ? { kind: 'value', value: unquoted(own) } : null;
      }),
  },
  { name: 'one-api-key', reading: (scheme, request) => (timesSent(scheme, request) > 1 ? AMBIGUOUS : null) },
];

function whereCookies(scheme: SchemeDeclaration, request: SentRequest, reading: (pairs: readonly Pair[], name: string) => Reading | null): Reading | null {
  return scheme.class === 'APIKeyCookie' ? reading(cookiePairs(request), String(scheme.args?.['name'])) : null;
}

type Pair = readonly [name: string, value: string];

/** The pairs of the Cookie fields, without spaces and tabs around name and value. */
function cookiePairs(request: SentRequest): readonly Pair[] {
  const chunks = fieldLines(request, 'cookie').flatMap((line) => line.split(';'));
  return chunks.filter((chunk) => chunk.includes('=')).map((chunk) => {
    const [name = '', ...value] = chunk.split('=');
    return [withoutBlanks(name), withoutBlanks(value.join('='))] as const;
  });
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}

/** How often the key's name is there, with a value or without. */
function timesSent({ class: type, args }: SchemeDeclaration, request: SentRequest): number {
  const name = String(args?.['name']);
  if (type === 'APIKeyHeader') return fieldLines(request, name.toLowerCase()).length;
  if (type === 'APIKeyCookie') return cookiePairs(request).filter(([key]) => key === name).length;
  if (type !== 'APIKeyQuery') return 0;
  return new URLSearchParams(`&${request.path.split('?').slice(1).join('?')}`).getAll(name).length;
}
