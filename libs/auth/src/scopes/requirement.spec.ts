import fc from 'fast-check';
import { HTTPBearer } from '../schemes/http-bearer.scheme.js';
import { OAuth2PasswordBearer } from '../schemes/oauth2-password-bearer.scheme.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { requirementOf } from './requirement.js';

const catalogued = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { a: 'A.', b: 'B.' } });
const free = new HTTPBearer({ schemeName: 'free' });
const optional = new HTTPBearer({ schemeName: 'optional', autoError: false });

const registered = new Map<SecurityScheme, boolean>([[catalogued, true], [free, true], [optional, true]]);
const bare = (...scopes: string[]) => ({ decorator: '@Scopes', scopes, scheme: null });
const of = (scheme: SecurityScheme, ...scopes: string[]) => ({ decorator: '@Security', scopes, scheme });
const shown = (requirement: ReturnType<typeof requirementOf>) =>
  requirement.map(({ terms, absent }) => [Object.fromEntries(terms.map(({ scheme, scopes }) => [scheme.name, scopes])), absent.map(({ name }) => name)]);

describe('requirementOf', () => {
  it.each([
    ['the fallback carries what names no scheme', [bare('a'), bare('b', 'a')], [[{ OAuth2PasswordBearer: ['a', 'b'] }, []]]],
    ['the fallback is not added to a route that names a scheme', [of(free, 'x')], [[{ free: ['x'] }, []]]],
    ['different schemes are all required', [of(free), of(catalogued, 'a')], [[{ free: [], OAuth2PasswordBearer: ['a'] }, []]]],
    ['a bare scope goes to the scheme that declares it', [of(free), of(catalogued), bare('b')], [[{ free: [], OAuth2PasswordBearer: ['b'] }, []]]],
    ['a bare scope that none declares goes to the scheme without a catalogue', [of(free), of(catalogued), bare('x')], [[{ free: ['x'], OAuth2PasswordBearer: [] }, []]]],
    ['a bare scope that nobody can carry is required of all, so that nobody has it', [bare('typo')], [[{ OAuth2PasswordBearer: ['typo'] }, []]]],
    ['a scheme that may be absent has an alternative without it', [of(optional)], [[{ optional: [] }, []], [{}, ['optional']]]],
    ['a scheme that must carry scopes may not be absent', [of(optional, 'x')], [[{ optional: ['x'] }, []]]],
    ['the others stay required where one may be absent', [of(optional), of(free)], [[{ optional: [], free: [] }, []], [{ free: [] }, ['optional']]]],
  ])('%s', (_, declarations, expected) => {
    expect(shown(requirementOf(declarations, catalogued, registered))).toEqual(expected);
  });

  it('has no alternative at all without a scheme', () => {
    expect(requirementOf([bare('a')], null, registered)).toEqual([]);
  });

  it('never loses a scope, never repeats one, and keeps the order of first use', () => {
    const scope = fc.constantFrom('a', 'b', 'x', 'y', 'z');
    const declaration = fc.record({ scheme: fc.constantFrom(null, free), scopes: fc.array(scope, { maxLength: 4 }), decorator: fc.constant('test') });
    fc.assert(
      fc.property(fc.array(declaration, { minLength: 1, maxLength: 8 }), (declarations) => {
        const [alternative] = requirementOf(declarations, free, registered);
        const all = [...new Set(declarations.flatMap(({ scopes }) => scopes))];
        expect(alternative?.terms.flatMap(({ scopes }) => scopes)).toEqual(all);
      }),
    );
  });
});
