/** Bytes as UTF-8; `null` where they are not. A byte order mark stays, or two passwords would be one. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: one of the expected outcomes.
    return null;
  }
}

/** @see RFC 5234 Appendix B.1: CTL */
const CONTROL_CHARACTER = /[\x00-\x1F\x7F]/;

/** Whether a user name or password holds what neither may hold. @see RFC 7617 §2 */
export function hasControlCharacter(text: string): boolean {
  return CONTROL_CHARACTER.test(text);
}
