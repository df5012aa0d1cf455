import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alternativesBeyond, directionOf, isExposed } from './ways.js';
import type { Access } from './ways.js';

const SCHEMES = ['oauth2', 'apiKey'];
const SCOPES = ['me', 'items'];
const CHECKS = ['CurrentUser'];

const alternative = fc.dictionary(fc.constantFrom(...SCHEMES), fc.subarray(SCOPES), { noNullPrototype: true });
const anyAccess: fc.Arbitrary<Access> = fc.record({
  access: fc.constantFrom('protected', 'protected', 'protected', 'public', 'open', 'denied'),
  security: fc.array(alternative, { maxLength: 3 }),
  unverified: fc.subarray(SCHEMES),
  checks: fc.subarray(CHECKS),
});

/** What a caller can show: credentials of a scheme, that a strategy accepts them, scopes, and whom code lets in. */
interface Caller {
  readonly credentials: readonly string[];
  readonly verified: readonly string[];
  readonly scopes: readonly string[];
  readonly passes: readonly string[];
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>((all, item) => [...all, ...all.map((subset) => [...subset, item])], [[]]);
}

const CALLERS: readonly Caller[] = subsets(SCHEMES).flatMap((credentials) =>
  subsets(credentials).flatMap((verified) =>
    subsets(credentials.flatMap((scheme) => SCOPES.map((scope) => `${scheme} ${scope}`))).flatMap((scopes) =>
      subsets(CHECKS).map((passes) => ({ credentials, verified, scopes, passes })),
    ),
  ),
);

/** The meaning of a requirement, written down a second time. */
function letsIn({ access, security, unverified, checks }: Access, caller: Caller): boolean {
  if (access === 'denied' || !checks.every((name) => caller.passes.includes(name))) return false;
  if (access !== 'protected') return true;
  return security.some((way) =>
    Object.entries(way).every(
      ([scheme, scopes]) =>
        caller.credentials.includes(scheme) &&
        (unverified.includes(scheme) || caller.verified.includes(scheme)) &&
        scopes.every((scope) => caller.scopes.includes(`${scheme} ${scope}`)),
    ),
  );
}

function directionByTrying(before: Access, after: Access): string {
  const more = CALLERS.some((caller) => letsIn(after, caller) && !letsIn(before, caller));
  const less = CALLERS.some((caller) => letsIn(before, caller) && !letsIn(after, caller));
  if (more) return less ? 'incomparable' : 'weakened';
  return less ? 'tightened' : 'same';
}

describe('The direction of a change', () => {
  it('is the one that trying every caller finds', () => {
    fc.assert(
      fc.property(anyAccess, anyAccess, (before, after) => {
        expect(directionOf(before, after)).toBe(directionByTrying(before, after));
      }),
      { numRuns: 400 },
    );
  });

  it('is none from a requirement to itself, and the opposite the other way round', () => {
    const opposite = { same: 'same', weakened: 'tightened', tightened: 'weakened', incomparable: 'incomparable' };
    fc.assert(
      fc.property(anyAccess, anyAccess, (one, other) => {
        expect(directionOf(one, one)).toBe('same');
        expect(directionOf(other, one)).toBe(opposite[directionOf(one, other)]);
      }),
    );
  });

  it('names the alternatives that let somebody in whom the other requirement does not', () => {
    fc.assert(
      fc.property(anyAccess, anyAccess, (one, other) => {
        const isBeyond = CALLERS.some((caller) => letsIn(one, caller) && !letsIn(other, caller));
        expect(alternativesBeyond(one, other).length > 0).toBe(isBeyond);
      }),
      { numRuns: 300 },
    );
  });
});

describe('A route', () => {
  it.each([
    { because: 'it is public', route: { access: 'public', security: [] }, exposed: true },
    { because: 'nothing is declared', route: { access: 'open', security: [] }, exposed: true },
    { because: 'credentials may be absent', route: { access: 'protected', security: [{ apiKey: [] }, {}] }, exposed: true },
    { because: 'a scheme is required', route: { access: 'protected', security: [{ apiKey: [] }] }, exposed: false },
    { because: 'everybody is refused', route: { access: 'denied', security: [] }, exposed: false },
  ] as const)('is exposed: $exposed, where $because', ({ route, exposed }) => {
    expect(isExposed({ ...route, unverified: [], checks: [] })).toBe(exposed);
  });

  it('is not exposed where code lets callers in or does not', () => {
    expect(isExposed({ access: 'protected', security: [{}], unverified: [], checks: ['Verify'] })).toBe(false);
  });
});
