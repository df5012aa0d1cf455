import { inspect } from 'node:util';
import { AuthConfigurationError, JwtStrategy } from 'nestjs-scopes';
import { SECRET } from '../support/hostile-tokens.js';
import { AUDIENCE, ISSUER, publicKey } from '../support/tokens.js';

/** A strategy of the user's, made with whatever they wrote. */
class UserStrategy extends JwtStrategy {
  constructor(changes: object) {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey, ...changes });
  }
  validate(): unknown {
    return {};
  }
}

function errorOf(changes: object): AuthConfigurationError {
  try {
    new UserStrategy(changes);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error;
    throw error;
  }
  throw new Error('The strategy was made, and it should not.');
}

const WRONG = [
  { field: 'issuer', what: 'missing', options: { issuer: undefined }, because: 'any issuer would do' },
  { field: 'issuer', what: 'empty', options: { issuer: '' }, because: 'it names nobody' },
  { field: 'issuer', what: 'a list', options: { issuer: [ISSUER] }, because: 'a key belongs to one issuer' },
  { field: 'audience', what: 'missing', options: { audience: undefined }, because: 'tokens for others would do (RFC 8725 §3.9)' },
  { field: 'audience', what: 'empty', options: { audience: '' }, because: 'it names nobody' },
  { field: 'audience', what: 'an empty list', options: { audience: [] }, because: 'it names nobody' },
  { field: 'audience', what: 'a list with an empty text', options: { audience: [AUDIENCE, ''] }, because: 'it names nobody' },
  { field: 'audience', what: 'a regular expression', options: { audience: /./ }, because: 'it is compared exactly' },
  { field: 'algorithms', what: 'missing', options: { algorithms: undefined }, because: 'the token would choose (RFC 8725 §3.1)' },
  { field: 'algorithms', what: 'empty', options: { algorithms: [] }, because: 'nothing would verify' },
  { field: 'algorithms', what: 'two', options: { algorithms: ['EdDSA', 'RS256'] }, because: 'a key has one algorithm' },
  { field: 'algorithms', what: 'a text', options: { algorithms: 'EdDSA' }, because: 'it is a list' },
  { field: 'algorithms', what: 'unknown', options: { algorithms: ['XX256'] }, because: 'nothing would verify' },
  { field: 'algorithms', what: 'none', options: { algorithms: ['none'] }, because: 'nobody would vouch for a token (RFC 8725 §3.2)' },
  { field: 'algorithms', what: 'in another case', options: { algorithms: ['eddsa'] }, because: 'names of algorithms have case' },
  { field: 'algorithms', what: 'a name that objects inherit', options: { algorithms: ['constructor'] }, because: 'it is no algorithm' },
  { field: 'secretOrKey', what: 'missing', options: { secretOrKey: undefined }, because: 'nothing would verify' },
  { field: 'secretOrKey', what: 'null', options: { secretOrKey: null }, because: 'nothing would verify' },
  { field: 'secretOrKey', what: 'empty', options: { secretOrKey: '' }, because: 'nothing would verify' },
  { field: 'clockTolerance', what: '61', options: { clockTolerance: 61 }, because: '60 seconds are the most' },
  { field: 'clockTolerance', what: '-1', options: { clockTolerance: -1 }, because: 'it is a distance' },
  { field: 'clockTolerance', what: 'Infinity', options: { clockTolerance: Infinity }, because: 'no token would expire' },
  { field: 'clockTolerance', what: 'not a number', options: { clockTolerance: NaN }, because: 'no comparison with it holds' },
  { field: 'clockTolerance', what: 'a text', options: { clockTolerance: '5' }, because: 'added to a time it makes a far later one' },
  { field: 'clockTolerance', what: 'a list', options: { clockTolerance: [5] }, because: 'added to a time it makes a far later one' },
  { field: 'profile', what: 'unknown', options: { profile: 'oidc' }, because: 'its rules are unknown' },
  { field: 'scopeClaims', what: 'empty', options: { scopeClaims: [] }, because: 'no token would grant a scope' },
  { field: 'scopeClaims', what: 'a text', options: { scopeClaims: 'scope' }, because: 'it is a list' },
];

const ROWS: Readonly<Record<string, string>> = { audience: 'JWT-09', issuer: 'JWT-10', scopeClaims: 'JWT-20' };

const REPLACED = [
  { option: 'jwtFromRequest', value: () => 'token', because: 'the scheme says where the token travels' },
  { option: 'ignoreExpiration', value: true, because: 'an expired token is always refused' },
  { option: 'ignoreExpiration', value: false, because: 'it would look as if it could be true' },
  { option: 'jsonWebTokenOptions', value: { algorithms: ['HS256'] }, because: 'what it says would not hold' },
  { option: 'secretOrKeyProvider', value: () => SECRET, because: 'the key is pinned at start' },
  { option: 'passReqToCallback', value: true, because: 'validate gets claims only' },
  { option: 'audiance', value: AUDIENCE, because: 'a typing error must not turn a check off' },
];

describe('options of JwtStrategy', () => {
  it.each(WRONG.map((row) => ({ ...row, row: ROWS[row.field] ?? 'RFC 8725' })))('$row: $field that is $what stops the application, because $because', ({ field, options }) => {
    const { code, findings } = errorOf(options);
    expect(code).toBe('AUTH_CONFIGURATION');
    expect(findings).toEqual([
      { code: 'invalid-option', where: 'UserStrategy', problem: expect.stringContaining(field), mend: expect.stringMatching(/\S/) },
    ]);
  });

  it.each(REPLACED)("passport-jwt's $option: $value stops the application, because $because", ({ option, value }) => {
    const { findings } = errorOf({ [option]: value });
    expect(findings).toEqual([
      { code: 'invalid-option', where: 'UserStrategy', problem: `${option} is not an option`, mend: expect.stringMatching(/^(remove|give)/) },
    ]);
  });

  it('names every wrong option in one error', () => {
    const { message, findings } = errorOf({ issuer: '', audience: [], algorithms: ['none'], clockTolerance: 61, profile: 'x', ignoreExpiration: true });
    expect(findings.map(({ problem }) => problem.split(' ')[0])).toEqual(['ignoreExpiration', 'issuer', 'audience', 'profile', 'clockTolerance', 'algorithms']);
    expect(message).toMatch(/^6 mistakes in the security configuration:/);
  });

  it('leaves the options of the caller as they were', () => {
    const options = Object.freeze({ audience: Object.freeze([AUDIENCE]), algorithms: Object.freeze(['EdDSA']), scopeClaims: Object.freeze(['scope']) });
    expect(() => new UserStrategy(options)).not.toThrow();
  });

  it.each([
    { what: 'a secret that is too short', options: { algorithms: ['HS512'], secretOrKey: SECRET }, text: SECRET },
    { what: 'a secret for another algorithm', options: { algorithms: ['EdDSA'], secretOrKey: SECRET }, text: SECRET },
    { what: 'a key that is no PEM', options: { algorithms: ['RS256'], secretOrKey: `-----BEGIN PUBLIC KEY-----\n${SECRET}\n-----END PUBLIC KEY-----` }, text: SECRET },
    { what: 'a JWK that is no key', options: { secretOrKey: { kty: 'OKP', crv: 'Ed25519', x: SECRET } }, text: SECRET },
    { what: 'a secret given as an algorithm', options: { algorithms: [SECRET] }, text: SECRET },
    { what: 'an option that only passport-jwt has', options: { jsonWebTokenOptions: { secret: SECRET } }, text: SECRET },
  ])('NST-15: the error about $what never shows it', ({ options, text }) => {
    const error = errorOf(options);
    expect(`${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${error.message}`).not.toContain(text);
  });
});
