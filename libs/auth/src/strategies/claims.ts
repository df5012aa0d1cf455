/** What a token says, or a provider says of one. */
export type Claims = Readonly<Record<string, unknown>>;

export interface HardenedClaims {
  readonly claims: Claims;
  /** Of all its objects and lists together. */
  readonly members: number;
}

/** Objects and lists in each other. Deeper ones are nobody's claims, and too deep for what others do with them. */
const MAX_DEPTH = 32;
/** Of all objects and lists together: each one takes far more memory than the few characters that it may be written with. */
const MAX_MEMBERS = 1_000;

/**
 * Claims that nothing inherits into and that nobody can change, as requests may share them: done to the very object, which
 * must have been parsed for this. All of them are kept, as `validate` may need any; `null` where they are too deep or too many.
 */
export function hardenedClaims(json: object): HardenedClaims | null {
  const open: (readonly [value: object, depth: number])[] = [[json, 1]];
  let members = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    const values: readonly unknown[] = Object.values(value);
    members += values.length;
    if (depth > MAX_DEPTH || members > MAX_MEMBERS) return null;
    if (!Array.isArray(value)) Object.setPrototypeOf(value, null);
    Object.freeze(value);
    for (const member of values) {
      if (typeof member === 'object' && member !== null) open.push([member, depth + 1]);
    }
  }
  return { claims: json as Claims, members };
}
