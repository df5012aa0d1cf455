import type { SchemeRequest } from './scheme.js';

/** How many header lines Node keeps where `server.maxHeadersCount` does not say it. */
const KEPT_HEADER_LINES = 1000;

/**
 * Whether Node may have dropped header lines, credentials among them: it does so silently behind the last one that it keeps.
 * Then nobody knows what was sent.
 */
export function isTruncated(request: SchemeRequest): boolean {
  const connection = (request.socket ?? request.raw?.socket) as Connection | undefined;
  const limit = connection?.server?.maxHeadersCount ?? KEPT_HEADER_LINES;
  return limit > 0 && rawLines(request).length >= 2 * limit;
}

/** What is read of a connection. */
interface Connection {
  readonly server?: { readonly maxHeadersCount?: number | null };
}

/**
 * Whether a header field was sent more than once. Node keeps the first line or joins them, while a proxy may have read
 * another one. Where a platform does not hand the raw lines on, the count is unknown and taken as one.
 *
 * @param name - in lower case
 * @see RFC 9110 §5.3: a field that is not a list must not be sent twice.
 */
export function isRepeated(request: SchemeRequest, name: string): boolean {
  const lines = rawLines(request);
  let count = isTruncated(request) ? 1 : 0;
  for (let index = 0; index < lines.length; index += 2) {
    const line = lines[index];
    if (line?.length === name.length && line.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

function rawLines(request: SchemeRequest): readonly string[] {
  return request.rawHeaders ?? request.raw?.rawHeaders ?? [];
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
