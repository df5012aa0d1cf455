import { whereOwn } from './authorization-rules.js';
import { MALFORMED } from './rule.js';
import type { ReadingRule } from './rule.js';
import type { SchemeDeclaration, SentRequest } from '../declaration.js';
import type { Reading } from '../readings.js';

/** The rules about what follows `Basic`, in the order in which they apply. */
export const BASIC_RULES: readonly ReadingRule[] = [
  { name: 'strict-base64', reading: (scheme, request) => whereBasic(scheme, request, (bytes) => (bytes === null ? MALFORMED : null)) },
  {
    name: 'utf8-basic',
    reading: (scheme, request) =>
      whereBasic(scheme, request, (bytes) => {
        if (bytes === null || bytes.every((byte) => byte < 0x80)) return null;
        const pair = utf8(bytes);
        const colon = pair?.indexOf(':') ?? -1;
        if (pair === null || colon === -1) return MALFORMED;
        return { kind: 'value', value: { username: pair.slice(0, colon), password: pair.slice(colon + 1) } };
      }),
  },
  {
    name: 'control-characters',
    reading: (scheme, request) => whereBasic(scheme, request, (bytes) => (bytes?.some((byte) => byte < 0x20 || byte === 0x7f) === true ? MALFORMED : null)),
  },
];

/** Hands over the decoded bytes; `null` where it is not canonical base64. */
function whereBasic(scheme: SchemeDeclaration, request: SentRequest, reading: (bytes: Buffer | null) => Reading | null): Reading | null {
  if (scheme.class !== 'HTTPBasic') return null;
  return whereOwn(scheme, request, ({ rest }) => {
    const bytes = Buffer.from(rest, 'base64');
    return reading(bytes.toString('base64') === rest ? bytes : null);
  });
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: one of the expected outcomes.
    return null;
  }
}
