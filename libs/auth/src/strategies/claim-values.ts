/** A text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A list of texts, one at least. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

/** Whole seconds since 1970. Infinity, which `1e400` parses to, would never expire. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Whether `nbf` lets a token count by then; older providers send 0 for ever since. @see RFC 7519 §4.1.5 */
export function hasBegun(nbf: unknown, by: number): boolean {
  return nbf === 0 || isPast(nbf, by);
}

/** Whether a time that may be absent lies before another. */
export function isPast(time: unknown, by: number): boolean {
  return time === undefined || (isTime(time) && time <= by);
}

/** Those that `aud` names: a text, or a list of texts. @see RFC 7519 §4.1.3 */
export function audiencesOf(aud: unknown): readonly string[] {
  if (isText(aud)) return [aud];
  return isTextList(aud) ? aud : [];
}

/** A number in a range, its ends included. */
export function isBetween(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
