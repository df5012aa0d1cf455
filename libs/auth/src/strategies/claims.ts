/** What a token says, or a provider says of one. */
export type Claims = Readonly<Record<string, unknown>>;

/** Objects and lists in each other. Deeper ones are nobody's claims, and too deep for what others do with them. */
const MAX_DEPTH = 32;

/**
 * Claims that nothing inherits into and that nobody can change, as requests may share them: done to the very object, which
 * must have been parsed for this. All of them are kept, as `validate` may need any; `null` where they are too deep.
 */
export function hardenedClaims(json: object): Claims | null {
  const open: (readonly [value: object, depth: number])[] = [[json, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MAX_DEPTH) return null;
    if (!Array.isArray(value)) Object.setPrototypeOf(value, null);
    for (const member of Object.values(Object.freeze(value)) as readonly unknown[]) {
      if (typeof member === 'object' && member !== null) open.push([member, depth + 1]);
    }
  }
  return json as Claims;
}
