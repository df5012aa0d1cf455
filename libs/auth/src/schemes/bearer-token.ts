import type { Extraction, SchemeRequest } from './scheme.js';

const ABSENT = { kind: 'absent' } as const;
const MALFORMED = { kind: 'malformed' } as const;
const AMBIGUOUS = { kind: 'ambiguous' } as const;

/** Node's `maxHeadersCount`. */
const MAX_HEADER_LINES = 2000;

/** @see RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The token of `Authorization: Bearer <token>`.
 *
 * The scheme ends at the first space and is compared without case, as FastAPI does; another scheme, or no token, counts
 * as absent. White space around the token is dropped: space and tab only (RFC 9110 §5.6.3), so that no other character
 * can hide in it.
 */
export function bearerToken(request: SchemeRequest): Extraction<string> {
  const value = request.headers['authorization'];
  if (typeof value !== 'string') return ABSENT;
  if (authorizationLines(request) > 1) return AMBIGUOUS;

  const space = value.indexOf(' ');
  const scheme = space === -1 ? value : value.slice(0, space);
  if (scheme.toLowerCase() !== 'bearer') return ABSENT;
  const token = space === -1 ? '' : trimmed(value, space);
  if (token === '') return ABSENT;
  return B64TOKEN.test(token) ? { kind: 'credentials', credentials: token } : MALFORMED;
}

/**
 * How often the field was sent. Node keeps the first line and drops the others, while a proxy may have read another one.
 * Where a platform does not hand the raw lines on, the count is unknown and taken as one.
 *
 * @see RFC 9110 §5.3: a field that is not a list must not be sent twice.
 */
function authorizationLines(request: SchemeRequest): number {
  const lines = request.rawHeaders ?? request.raw?.rawHeaders ?? [];
  // Node drops the lines beyond, a second one of this field perhaps among them.
  if (lines.length >= 2 * MAX_HEADER_LINES) return MAX_HEADER_LINES;
  let count = 0;
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count;
}

/** The part of a field value behind `start`, without spaces and tabs at its ends. Linear, also for a value of spaces only. */
function trimmed(value: string, start: number): string {
  let from = start;
  let to = value.length;
  while (from < to && isBlank(value.charCodeAt(from))) from += 1;
  while (to > from && isBlank(value.charCodeAt(to - 1))) to -= 1;
  return value.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
