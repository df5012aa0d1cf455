import { withoutBlanks } from './field-lines.js';
import type { SchemeRequest } from './scheme.js';

/**
 * The values of a cookie, in order. Of a value in quotes the quotes are removed; nothing is decoded.
 *
 * Parsers of cookies keep one value of a name and decode it, so that a second one, or another spelling of the same bytes,
 * goes unseen.
 *
 * @see RFC 6265 §4.2.1, §4.1.1
 */
export function cookies(request: SchemeRequest, name: string): readonly string[] {
  const field = request.headers['cookie'];
  // Node joins several field lines with "; ".
  if (typeof field !== 'string') return [];
  return field.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && withoutBlanks(pair, 0, equals) === name ? [unquoted(withoutBlanks(pair, equals + 1))] : [];
  });
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
