import type { SchemeRequest } from './scheme.js';

/** Node's `maxHeadersCount`. */
const MAX_HEADER_LINES = 2000;

/**
 * Whether a header field was sent more than once. Node keeps the first line or joins them, while a proxy may have read
 * another one. Where a platform does not hand the raw lines on, the count is unknown and taken as one.
 *
 * @param name - in lower case
 * @see RFC 9110 §5.3: a field that is not a list must not be sent twice.
 */
export function isRepeated(request: SchemeRequest, name: string): boolean {
  const lines = request.rawHeaders ?? request.raw?.rawHeaders ?? [];
  // Node drops the lines beyond, a second one of this field perhaps among them.
  if (lines.length >= 2 * MAX_HEADER_LINES) return true;
  let count = 0;
  for (let index = 0; index < lines.length; index += 2) {
    const line = lines[index];
    if (line?.length === name.length && line.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

/** A text from `start` to `end` without spaces and tabs at its ends. Linear, also for spaces only. @see RFC 9110 §5.6.3: OWS */
export function withoutBlanks(value: string, start = 0, end = value.length): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(value.charCodeAt(from))) from += 1;
  while (to > from && isBlank(value.charCodeAt(to - 1))) to -= 1;
  return value.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
