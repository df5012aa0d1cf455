import fc from 'fast-check';
import { bearerToken } from './bearer-token.js';

const extracted = (authorization: string | undefined, rawHeaders?: readonly string[]) =>
  bearerToken({ headers: { authorization }, ...(rawHeaders !== undefined && { rawHeaders }) });

describe('bearerToken (RFC 6750 §2.1)', () => {
  it.each([
    ['Bearer abc', 'abc', 'the usual form'],
    ['bearer abc', 'abc', 'the scheme is compared without case'],
    ['Bearer   abc', 'abc', 'one or more spaces'],
    ['Bearer abc \t', 'abc', 'white space behind'],
    ['Bearer a-._~+/9==', 'a-._~+/9==', 'every character that a token may have'],
  ])('takes the token out of %j: %s', (value, token) => {
    expect(extracted(value)).toEqual({ kind: 'credentials', credentials: token });
  });

  it.each<[value: string | undefined, kind: string, because: string]>([
    [undefined, 'absent', 'nothing was sent'],
    ['', 'absent', 'an empty field'],
    ['Bearer', 'absent', 'the scheme alone'],
    ['Bearer  \t ', 'absent', 'white space only'],
    ['Basic abc', 'absent', 'another scheme'],
    ['Bearers abc', 'absent', 'a longer name'],
    ['Bearer\tabc', 'absent', 'the name ends at the first space, so this is another one'],
    [' Bearer abc', 'absent', 'a space in front, which a server takes away'],
    ['Bearer abc def', 'malformed', 'two words'],
    ['Bearer abc,def', 'malformed', 'a comma'],
    ['Bearer =abc', 'malformed', 'padding in front'],
    ['Bearer a=b', 'malformed', 'padding in the middle'],
    ['Bearer abc\u00A0', 'malformed', 'a space that is not one of HTTP'],
    ['Bearer f\u00F6\u00F6', 'malformed', 'beyond ASCII'],
    ['Bearer abc\u0000', 'malformed', 'a control character'],
  ])('finds %j %s: %s', (value, kind) => {
    expect(extracted(value)).toEqual({ kind });
  });

  it('calls two field lines ambiguous, whatever their case', () => {
    expect(extracted('Bearer a', ['Authorization', 'Bearer a', 'X', 'y', 'AUTHORIZATION', 'Bearer b'])).toEqual({ kind: 'ambiguous' });
    expect(extracted('Bearer a', ['X-Authorization', 'z', 'Authorization', 'Bearer a', 'X', 'authorization'])).toEqual({ kind: 'credentials', credentials: 'a' });
  });

  it('reads the raw lines under `raw` too, where Fastify has them', () => {
    const raw = { rawHeaders: ['authorization', 'Bearer a', 'authorization', 'Bearer a'] };
    expect(bearerToken({ headers: { authorization: 'Bearer a' }, raw })).toEqual({ kind: 'ambiguous' });
  });

  it('agrees with the grammar on every text', () => {
    const grammar = /^[Bb][Ee][Aa][Rr][Ee][Rr] [ \t]*([A-Za-z0-9\-._~+/]+=*)[ \t]*$/;
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[Bb]earer[ \t]{0,3}[-a-z0-9=~ ,\t]{0,12}$/));
    fc.assert(
      fc.property(text, (value) => {
        const result = extracted(value);
        expect(result.kind === 'credentials' ? result.credentials : null).toBe(grammar.exec(value)?.[1] ?? null);
      }),
      { numRuns: 2000 },
    );
  });
});
