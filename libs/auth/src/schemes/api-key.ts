import type { SchemeOptions, SecuritySchemeObject } from './scheme.js';
import { ABSENT, AMBIGUOUS } from './scheme.js';
import type { Extraction } from './scheme.js';

/** Options that the API key schemes take. */
export interface APIKeyOptions extends SchemeOptions {
  /** The name of the header field, query parameter or cookie that holds the key. */
  readonly name: string;
}

/** The OpenAPI object of an API key. */
export function apiKeyObject({ name, description }: APIKeyOptions, place: 'cookie' | 'header' | 'query'): Readonly<SecuritySchemeObject> {
  return Object.freeze({ type: 'apiKey', ...(description !== undefined && { description }), in: place, name });
}

/** One value is the key; an empty one counts as not sent; of two, a proxy may have read the other one. */
export function soleKey(values: readonly string[]): Extraction<string> {
  if (values.length > 1) return AMBIGUOUS;
  const [value = ''] = values;
  return value === '' ? ABSENT : { kind: 'credentials', credentials: value };
}
