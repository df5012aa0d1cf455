import fc from 'fast-check';
import { APIKeyHeader } from '../schemes/api-key-header.scheme.js';
import { HTTPBearer } from '../schemes/http-bearer.scheme.js';
import { OAuth2PasswordBearer } from '../schemes/oauth2-password-bearer.scheme.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { composed } from './composition.js';
import type { Declaration } from './declarations.js';
import { allOf, anonymous, anyOf } from './expression.js';
import type { SecurityExpression, SecurityMember } from './expression.js';
import type { Alternative, Requirement } from './requirement.js';

const catalogued = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { a: 'A.', b: 'B.' } });
const free = new HTTPBearer({ schemeName: 'free' });
const optional = new HTTPBearer({ schemeName: 'optional', autoError: false });
const key = new APIKeyHeader({ name: 'X-Key', schemeName: 'key' });
const spare = new APIKeyHeader({ name: 'X-Spare', schemeName: 'spare', autoError: false });

const registered = new Map<SecurityScheme, boolean>([[catalogued, true], [free, true], [optional, true], [key, true], [spare, true]]);
const bare = (...scopes: string[]) => ({ decorator: '@Scopes', scopes, expression: null });
const of = (expression: SecurityExpression, ...scopes: string[]) => ({ decorator: '@Security', scopes, expression });
/** The requirement as `security` shows it; what must have sent nothing is in `-`. */
const shown = (requirement: Requirement) =>
  requirement.map(({ terms, absent }) => ({
    ...Object.fromEntries(terms.map(({ scheme, scopes }) => [scheme.name, scopes])),
    ...(absent.length > 0 && { '-': absent.map(({ name }) => name) }),
  }));
const required = (declarations: readonly Declaration[], fallback: SecurityExpression | null = catalogued) => composed(declarations, fallback, registered);

describe('composed', () => {
  it.each([
    ['the fallback carries what names no scheme', [bare('a'), bare('b', 'a')], [{ OAuth2PasswordBearer: ['a', 'b'] }]],
    ['the fallback is not added to a route that names a scheme', [of(free, 'x')], [{ free: ['x'] }]],
    ['what the whole application requires does not name the schemes of a route', [{ ...of(key), isForAll: true as const }, bare('a')], [{ key: [], OAuth2PasswordBearer: ['a'] }]],
    ['different schemes are all required', [of(free), of(catalogued, 'a')], [{ free: [], OAuth2PasswordBearer: ['a'] }]],
    ['the scopes of a scheme are in the order of their first use for it', [of(free, 'y'), of(catalogued, 'b'), of(catalogued, 'a'), of(free, 'b', 'x')], [{ free: ['y', 'b', 'x'], OAuth2PasswordBearer: ['b', 'a'] }]],
    ['what other schemes are asked for does not matter to the order', [of(key, 'a'), of(free, 'c'), of(free, 'a')], [{ key: ['a'], free: ['c', 'a'] }]],
    ['a bare scope goes to the scheme that declares it', [of(free), of(catalogued), bare('b')], [{ free: [], OAuth2PasswordBearer: ['b'] }]],
    ['a bare scope that none declares goes to the scheme without a catalogue', [of(free), of(catalogued), bare('x')], [{ free: ['x'], OAuth2PasswordBearer: [] }]],
    ['a bare scope that nobody can carry is required of all, so that nobody has it', [bare('typo')], [{ OAuth2PasswordBearer: ['typo'] }]],
    ['a scheme that may be absent has an alternative without it', [of(optional)], [{ optional: [] }, { '-': ['optional'] }]],
    ['a scheme that must carry scopes may not be absent', [of(optional, 'x')], [{ optional: ['x'] }]],
    ['the others stay required where one may be absent', [of(optional), of(free)], [{ optional: [], free: [] }, { free: [], '-': ['optional'] }]],

    ['anyOf makes alternatives, in order', [of(anyOf(free, key))], [{ free: [] }, { key: [] }]],
    ['scopes beside anyOf are required of each alternative', [of(anyOf(free, key), 'x')], [{ free: ['x'] }, { key: ['x'] }]],
    ['bare scopes are, too', [of(anyOf(free, key)), bare('x')], [{ free: ['x'] }, { key: ['x'] }]],
    ['within an alternative a scope goes to the scheme that declares it', [of(anyOf(allOf(catalogued, key), free), 'a')], [{ OAuth2PasswordBearer: ['a'], key: [] }, { free: ['a'] }]],
    ['scopes of a member are required of it alone', [of(anyOf({ scheme: free, scopes: ['x'] }, key))], [{ free: ['x'] }, { key: [] }]],
    ['scopes of a member and those beside it add up, outermost first', [bare('b'), of(anyOf({ scheme: free, scopes: ['m'] }, key), 'a')], [{ free: ['b', 'm', 'a'] }, { key: ['b', 'a'] }]],
    ['one scheme can be two alternatives', [of(anyOf({ scheme: free, scopes: ['x'] }, { scheme: free, scopes: ['y'] }))], [{ free: ['x'] }, { free: ['y'] }]],
    ['allOf is one alternative', [of(allOf(free, key), 'x')], [{ free: ['x'], key: ['x'] }]],
    ['nested combinations are multiplied out', [of(allOf(anyOf(free, key), catalogued))], [{ free: [], OAuth2PasswordBearer: [] }, { key: [], OAuth2PasswordBearer: [] }]],
    ['a combination that is written twice only adds scopes, which one caller must have', [of(anyOf(free, key), 'x'), of(anyOf(free, key), 'y')], [{ free: ['x', 'y'] }, { key: ['x', 'y'] }]],
    ['combinations that differ are both required', [of(anyOf(free, key), 'x'), of(anyOf(key, catalogued), 'a')], [{ free: ['x'], key: ['a'] }, { free: ['x'], OAuth2PasswordBearer: ['a'] }, { key: ['x', 'a'] }, { key: ['x'], OAuth2PasswordBearer: ['a'] }]],
    ['a scheme and a combination at different places are both required', [of(catalogued), of(anyOf(free, key))], [{ OAuth2PasswordBearer: [], free: [] }, { OAuth2PasswordBearer: [], key: [] }]],
    ['what is required anyway is not an alternative', [of(free), of(anyOf(free, key))], [{ free: [] }]],
    ['an alternative that a weaker one precedes is left out', [of(anyOf(free, allOf(free, key)))], [{ free: [] }]],
    ['a stronger one that comes first stays: the caller then is another', [of(anyOf(allOf(key, free), free))], [{ key: [], free: [] }, { free: [] }]],
    ['anonymous is a caller who sent nothing to any of the others', [of(anyOf(free, key, anonymous))], [{ free: [] }, { key: [] }, { '-': ['free', 'key'] }]],
    ['anonymous comes last, wherever it is written', [of(anyOf(anonymous, free))], [{ free: [] }, { '-': ['free'] }]],
    ['of a nested anonymous too, nothing was sent to the outer alternatives', [of(anyOf(free, anyOf(key, anonymous)))], [{ free: [] }, { key: [] }, { '-': ['free', 'key'] }]],
    ['within allOf it makes the rest optional', [of(allOf(free, anyOf(key, anonymous)))], [{ free: [], key: [] }, { free: [], '-': ['key'] }]],
    ['it ends where another place requires the scheme', [of(anyOf(free, anonymous)), of(free)], [{ free: [] }]],
    ['a member that may be absent makes anonymous callers possible, last', [of(anyOf(spare, free))], [{ spare: [] }, { free: [] }, { '-': ['spare', 'free'] }]],
    ['but not where scopes are required', [of(anyOf(spare, free), 'x')], [{ spare: ['x'] }, { free: ['x'] }]],
    ['anonymous callers have no scopes, so that they are not let in where some are required', [of(anyOf(free, anonymous), 'x')], [{ free: ['x'] }]],
  ])('%s', (_, declarations, expected) => {
    expect(shown(required(declarations).requirement)).toEqual(expected);
  });

  it('takes combinations as the fallback', () => {
    expect(shown(required([bare('x')], anyOf(free, key)).requirement)).toEqual([{ free: ['x'] }, { key: ['x'] }]);
  });

  it.each([
    ['a scope that no scheme of an alternative knows', [of(anyOf(free, catalogued), 'typo')], [['typo', ['OAuth2PasswordBearer']]]],
    ['a scope of anonymous callers', [of(anyOf(free, anonymous)), bare('x')], [['x', []]]],
    ['a scope of what may be anonymous, although another place names a scheme', [of(catalogued), of(anyOf(free, anonymous), 'x')], [['x', []]]],
    ['no scope that another required scheme carries', [of(key), of(anyOf(free, anonymous)), bare('x')], []],
  ])('finds %s', (_, declarations, expected) => {
    expect(required(declarations).unheld.map(({ scope, schemes }) => [scope, schemes.map(({ name }) => name)])).toEqual(expected);
  });

  it('lets nobody in where there are too many alternatives to try', () => {
    const optionals = Array.from({ length: 7 }, (_, index) => new APIKeyHeader({ name: `X-${String(index)}`, schemeName: `key${String(index)}`, autoError: false }));
    const all = new Map<SecurityScheme, boolean>(optionals.map((scheme) => [scheme, true]));
    const { requirement, isTooMuch } = composed(optionals.map((scheme) => of(scheme)), null, all);
    expect({ requirement, isTooMuch }).toEqual({ requirement: [], isTooMuch: true });
    expect(composed(optionals.slice(1).map((scheme) => of(scheme)), null, all).requirement).toHaveLength(64);
  });

  it('has no alternative at all without a scheme', () => {
    expect(required([bare('a')], null).requirement).toEqual([]);
  });

  it('leaves to the handler what no strategy verifies, but not in a combination', () => {
    const unverified = new HTTPBearer({ schemeName: 'unverified' });
    const taken = (expression: SecurityExpression) => ({ ...of(expression), isTaken: true as const });
    const schemes = new Map<SecurityScheme, boolean>([[unverified, false], [key, true], [free, true]]);
    const alone = composed([of(key), taken(unverified)], null, schemes);
    expect([shown(alone.requirement), shown(alone.verified)]).toEqual([[{ key: [], unverified: [] }], [{ key: [] }]]);
    expect(alone.unchecked).toEqual([]);
    expect(composed([taken(anyOf(unverified, key))], null, schemes).unchecked).toEqual([unverified]);
    expect(composed([taken(unverified), of(anyOf(unverified, key))], null, schemes).unchecked).toEqual([unverified]);
  });

  it('leaves no scopes to a handler that was not asked for them, whichever declaration comes first', () => {
    const unverified = new HTTPBearer({ schemeName: 'unverified' });
    const taken = { ...of(unverified), isTaken: true as const };
    const demanding = of(anyOf({ scheme: unverified, scopes: ['x'] }));
    for (const declarations of [[demanding, taken], [taken, demanding]]) {
      expect(composed(declarations, null, new Map([[unverified, false]])).unchecked).toEqual([unverified]);
    }
  });

  it('never loses a scope, never repeats one, and keeps the order of first use', () => {
    const scope = fc.constantFrom('a', 'b', 'x', 'y', 'z');
    const declaration = fc.record({ expression: fc.constantFrom(null, free), scopes: fc.array(scope, { maxLength: 4 }), decorator: fc.constant('test') });
    fc.assert(
      fc.property(fc.array(declaration, { minLength: 1, maxLength: 8 }), (declarations) => {
        const [alternative] = required(declarations, free).requirement;
        const all = [...new Set(declarations.flatMap(({ scopes }) => scopes))];
        expect(alternative?.terms.flatMap(({ scopes }) => scopes)).toEqual(all);
      }),
    );
  });

  it('lets in whom the expression lets in, however it is nested', () => {
    // Each expression beside a reading of its own of what it means.
    const leaves: readonly Read[] = [
      { member: free, isMetBy: ({ bearer }) => bearer !== null },
      { member: { scheme: free, scopes: ['x'] }, isMetBy: ({ bearer }) => bearer === 'x' },
      { member: key, isMetBy: (caller) => caller.key },
      { member: catalogued, isMetBy: (caller) => caller.catalogued },
    ];
    const { read } = fc.letrec<{ read: Read }>((tie) => {
      const members = fc.array(tie('read'), { minLength: 1, maxLength: 3 });
      return {
        read: fc.oneof(
          { maxDepth: 2, withCrossShrink: true },
          fc.constantFrom(...leaves),
          members.map((all) => ({ member: anyOf(...(all.map(({ member }) => member) as [SecurityMember])), isMetBy: (caller: Caller) => all.some(({ isMetBy }) => isMetBy(caller)) })),
          members.map((all) => ({ member: allOf(...(all.map(({ member }) => member) as [SecurityMember])), isMetBy: (caller: Caller) => all.every(({ isMetBy }) => isMetBy(caller)) })),
        ),
      };
    });
    const anyCaller = fc.record<Caller>({ bearer: fc.constantFrom(null, '', 'x'), key: fc.boolean(), catalogued: fc.boolean() });
    fc.assert(
      fc.property(read, read, anyCaller, (one, other, caller) => {
        const { requirement, isTooMuch } = composed([of(anyOf(one.member)), of(allOf(other.member))], null, registered);
        fc.pre(!isTooMuch);
        const isMet = ({ terms }: Alternative) => terms.every(({ scheme, scopes }) => leaves.find(({ member }) => (scopes.length > 0 ? !('name' in member) : member === scheme))?.isMetBy(caller));
        expect(requirement.some(isMet)).toBe(one.isMetBy(caller) && other.isMetBy(caller));
      }),
    );
  });
});

interface Caller {
  readonly bearer: string | null;
  readonly key: boolean;
  readonly catalogued: boolean;
}
interface Read {
  readonly member: SecurityMember;
  readonly isMetBy: (caller: Caller) => boolean;
}
