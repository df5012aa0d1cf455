import fc from 'fast-check';

/** Pieces that a grammar of `Authorization` gives a meaning to. */
const PIECES = ['Basic ', 'Bearer ', 'Digest ', 'basic', 'BEARER', ' ', '  ', '\t', ',', ', ', '=', '==', '"', '\\', '\\"', ':', ';', '\xA0', '\x85', '\xFF', '\xC3\xA9', 'realm="x"', 'nonce=', 'username*=UTF-8\'\'a', 'qop=auth-int', 'algorithm=MD5-sess', 'nc=00000001', 'uri="/"', 'e30', '.', '..', 'eyJhbGciOiJub25lIn0', '[object Object]', '__proto__', 'constructor', 'null', '%00', '%zz', '0'.repeat(64), 'a'.repeat(1000)];

/** One change of a text: where (in thousandths of it), how much of it, and what stands there afterwards. */
type Mutation = readonly [kind: 'insert' | 'replace' | 'delete' | 'repeat' | 'swap-case' | 'truncate' | 'byte', position: number, length: number, piece: string];

const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.constantFrom('insert', 'replace', 'delete', 'repeat', 'swap-case', 'truncate', 'byte'),
  fc.noBias(fc.integer({ min: 0, max: 999 })),
  fc.integer({ min: 1, max: 40 }),
  fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 8 })),
);

/** At most so much is a header in Node. */
const LONGEST = 15_000;

/** Headers that are nearly right: good ones, with a few changes each; most keep their scheme, so that what follows is read. */
export function nearly(good: readonly string[]): fc.Arbitrary<string> {
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 5 });
  return fc.tuple(fc.constantFrom(...good), fc.noBias(fc.integer({ min: 0, max: 9 })), mutations).map(([header, dice, changes]) => {
    const kept = dice === 0 ? 0 : header.indexOf(' ') + 1;
    return (header.slice(0, kept) + changes.reduce(mutated, header.slice(kept))).slice(0, LONGEST);
  });
}

function mutated(header: string, [kind, place, length, piece]: Mutation): string {
  const position = Math.floor((place / 1000) * header.length);
  const [before, span, after] = [header.slice(0, position), header.slice(position, position + length), header.slice(position + length)];
  switch (kind) {
    case 'insert':
      return before + piece + span + after;
    case 'replace':
      return before + piece + after;
    case 'delete':
      return before + after;
    case 'repeat':
      return before + span.repeat(length) + after;
    case 'swap-case':
      return before + span.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())) + after;
    case 'truncate':
      return before;
    case 'byte':
      return before + String.fromCharCode((header.charCodeAt(position) ^ (1 << length % 8)) & 0xff) + header.slice(position + 1);
  }
}
