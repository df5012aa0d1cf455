import { inspect } from 'node:util';
import { AuthConfigurationError, DigestStrategy } from 'nestjs-scopes';
import type { DigestAccount } from 'nestjs-scopes';
import { REALM, SECRET } from '../support/digest-app.js';

/** A strategy of the user's, made with whatever they wrote. */
class UserStrategy extends DigestStrategy {
  constructor(changes: object) {
    super({ realm: REALM, ...changes });
  }
  validate(): DigestAccount | null {
    return null;
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
  { field: 'realm', what: 'missing', options: { realm: undefined }, because: 'it is part of what is stored' },
  { field: 'realm', what: 'empty', options: { realm: '' }, because: 'it names nothing' },
  { field: 'realm', what: 'two lines', options: { realm: 'a\r\nSet-Cookie: a=b' }, because: 'it would add a field' },
  { field: 'realm', what: 'beyond ASCII', options: { realm: 'caf\xE9' }, because: 'its encoding would be unknown' },
  { field: 'algorithms', what: 'empty', options: { algorithms: [] }, because: 'there would be no challenge' },
  { field: 'algorithms', what: 'a text', options: { algorithms: 'SHA-256' }, because: 'it is a list' },
  { field: 'algorithms', what: 'null', options: { algorithms: null }, because: 'it is a list' },
  { field: 'algorithms', what: 'unknown', options: { algorithms: ['SHA-256', 'SHA-1'] }, because: 'nothing would verify it' },
  { field: 'algorithms', what: 'in another case', options: { algorithms: ['sha-256'] }, because: 'it is written as the RFC does' },
  { field: 'algorithms', what: 'a name that objects inherit', options: { algorithms: ['constructor'] }, because: 'it is no algorithm' },
  { field: 'algorithms', what: 'a list with nothing', options: { algorithms: [undefined] }, because: 'it is no algorithm' },
  { field: 'qop', what: 'empty', options: { qop: [] }, because: 'the response would bind no count' },
  { field: 'qop', what: 'a text', options: { qop: 'auth' }, because: 'it is a list' },
  { field: 'qop', what: 'unknown', options: { qop: ['auth', 'auth-conf'] }, because: 'nothing would verify it' },
  { field: 'qop', what: 'a list with an empty text', options: { qop: [''] }, because: 'it is none' },
  { field: 'nonceLifetime', what: '0', options: { nonceLifetime: 0 }, because: 'no nonce would be good' },
  { field: 'nonceLifetime', what: '0.5', options: { nonceLifetime: 0.5 }, because: 'it is a second at least' },
  { field: 'nonceLifetime', what: 'negative', options: { nonceLifetime: -1 }, because: 'no nonce would be good' },
  { field: 'nonceLifetime', what: 'more than a day', options: { nonceLifetime: 86_401 }, because: 'a stolen request would be good for long' },
  { field: 'nonceLifetime', what: 'Infinity', options: { nonceLifetime: Infinity }, because: 'no nonce would expire' },
  { field: 'nonceLifetime', what: 'not a number', options: { nonceLifetime: NaN }, because: 'no comparison with it holds' },
  { field: 'nonceLifetime', what: 'a text', options: { nonceLifetime: '300' }, because: 'added to a time it makes a far later one' },
  { field: 'nonceSecret', what: 'empty', options: { nonceSecret: '' }, because: 'anybody could make nonces' },
  { field: 'nonceSecret', what: '31 bytes', options: { nonceSecret: 'x'.repeat(31) }, because: 'it could be guessed' },
  { field: 'nonceSecret', what: '31 bytes as bytes', options: { nonceSecret: new Uint8Array(31) }, because: 'it could be guessed' },
  { field: 'nonceSecret', what: 'null', options: { nonceSecret: null }, because: 'it is no secret' },
  { field: 'nonceSecret', what: 'a number', options: { nonceSecret: 5 }, because: 'it is no secret' },
  { field: 'nonceSecret', what: 'a list of numbers', options: { nonceSecret: Array.from({ length: 32 }, () => 1) }, because: 'it is no secret' },
  { field: 'nonceStore', what: 'null', options: { nonceStore: null }, because: 'nothing would stop a replay' },
  { field: 'nonceStore', what: 'a Map', options: { nonceStore: new Map() }, because: 'nothing would stop a replay' },
];

const RIGHT: readonly { readonly what: string; readonly options: object }[] = [
  { what: 'a secret of 32 bytes', options: { nonceSecret: new Uint8Array(32) } },
  { what: 'a secret of 16 letters of two bytes each', options: { nonceSecret: '\u00FC'.repeat(16) } },
  { what: 'one second', options: { nonceLifetime: 1 } },
  { what: 'one day', options: { nonceLifetime: 86_400 } },
  { what: 'lists that are frozen', options: Object.freeze({ algorithms: Object.freeze(['MD5', 'SHA-256']), qop: Object.freeze(['auth-int', 'auth']) }) },
];

describe('options of DigestStrategy', () => {
  it.each(WRONG)('$field that is $what stops the application, because $because', ({ field, options }) => {
    const { code, findings } = errorOf(options);
    expect(code).toBe('AUTH_CONFIGURATION');
    expect(findings).toEqual([{ code: 'invalid-option', where: 'UserStrategy', problem: expect.stringContaining(field), mend: expect.stringMatching(/\S/) }]);
  });

  it.each(RIGHT)('takes $what', ({ options }) => {
    expect(() => new UserStrategy(options)).not.toThrow();
  });

  it.each(['algorithm', 'nonceLifeTime', 'secret', 'opaque'])('%s, which is no option, stops the application, because a typing error must not turn a check off', (name) => {
    expect(errorOf({ [name]: 'SHA-256' }).findings).toEqual([
      { code: 'invalid-option', where: 'UserStrategy', problem: expect.stringContaining(name), mend: expect.stringMatching(/\S/) },
    ]);
  });

  it.each([
    { what: 'a password that is not there', values: ['Mufasa', REALM, undefined], because: 'it would be the hash of a text that anybody knows' },
    { what: 'an account for the password', values: ['Mufasa', REALM, { password: SECRET }], because: 'it would be the hash of a text that anybody knows' },
    { what: 'a hash that is not known', values: ['Mufasa', REALM, SECRET, 'SHA-1'], because: 'nothing would verify it' },
    { what: 'a hash that objects inherit', values: ['Mufasa', REALM, SECRET, 'constructor'], because: 'nothing would verify it' },
  ])('DIG-10: no ha1 is made of $what, because $because', ({ values }) => {
    expect(() => Reflect.apply(DigestStrategy.ha1, DigestStrategy, values)).toThrow(new TypeError('DigestStrategy.ha1: give user name, realm and password as texts, and a hash of SHA-256, SHA-512-256, MD5.'));
  });

  it('names every wrong option in one error', () => {
    const { message, findings } = errorOf({ algorithms: [], qop: [], nonceLifetime: 0, nonceSecret: '', nonceStore: null });
    expect(findings.map(({ problem }) => problem.split(' ')[0])).toEqual(['algorithms', 'qop', 'nonceLifetime', 'nonceSecret', 'nonceStore']);
    expect(message).toMatch(/^5 mistakes in the security configuration:/);
  });

  it('does not follow later changes of the lists it was given', () => {
    const [algorithms, qop] = [['SHA-256'], ['auth-int']];
    const strategy = new UserStrategy({ algorithms, qop });
    algorithms.push('MD5');
    qop.push('auth');
    expect(strategy.challenges({ isStale: false })).toEqual([expect.stringMatching(/qop="auth-int", algorithm=SHA-256,/)]);
  });

  it.each([{ nonceSecret: SECRET.slice(0, 31) }, { nonceLifetime: SECRET }, { algorithms: [SECRET] }, { qop: [SECRET] }])('DIG-10: the error never shows what was given', (options) => {
    const error = errorOf(options);
    expect(`${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${error.message}`).not.toContain(SECRET.slice(0, 31));
  });

  it.each([
    { realm: 'the "inner" api', written: '"the \\"inner\\" api"', because: 'a quote would end the text' },
    { realm: 'a", stale=true, b="', written: '"a\\", stale=true, b=\\""', because: 'a realm must not add parameters' },
    { realm: 'C:\\', written: '"C:\\\\"', because: 'a backslash would hide the last quote' },
  ])('DIG-08: writes the realm $realm as $written, because $because', ({ realm, written }) => {
    expect(new UserStrategy({ realm }).challenges({ isStale: false })).toEqual([expect.stringContaining(`Digest realm=${written}, qop="auth"`)]);
  });
});
