import { AuthConfigurationError, IntrospectionStrategy } from 'nestjs-scopes';
import { inspect } from 'node:util';
import { TestIntrospection } from '../support/introspection-app.js';

const SECRET = 'a-secret-that-nobody-may-see';

/** Options as somebody without types may write them. */
function strategyWith(changes: object): TestIntrospection {
  return new TestIntrospection({ introspectionUrl: 'https://id.example.com/introspect', ...changes });
}

function errorOf(changes: object): AuthConfigurationError {
  try {
    strategyWith(changes);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error;
    throw error;
  }
  throw new Error('The strategy was made, and it should not.');
}

const WRONG = [
  { field: 'issuer', what: 'missing', options: { issuer: undefined }, because: 'any issuer would do' },
  { field: 'issuer', what: 'empty', options: { issuer: '' }, because: 'it names nobody' },
  { field: 'issuer', what: 'a list', options: { issuer: ['https://id.example.com'] }, because: 'an endpoint belongs to one issuer' },
  { field: 'issuer', what: 'no URL, where the endpoint is discovered', options: { issuer: 'id', introspectionUrl: undefined }, because: 'its metadata are nowhere' },
  { field: 'issuer', what: 'http, where the endpoint is discovered', options: { issuer: 'http://id.example.com', introspectionUrl: undefined }, because: 'anybody could answer' },
  { field: 'audience', what: 'missing', options: { audience: undefined }, because: 'tokens for others would do' },
  { field: 'audience', what: 'missing with acceptAnyAudience: false', options: { audience: undefined, acceptAnyAudience: false }, because: 'tokens for others would do' },
  { field: 'audience', what: 'empty', options: { audience: '' }, because: 'it names nobody' },
  { field: 'audience', what: 'an empty list', options: { audience: [] }, because: 'it names nobody' },
  { field: 'audience', what: 'a list with an empty text', options: { audience: ['a', ''] }, because: 'it names nobody' },
  { field: 'audience', what: 'a regular expression', options: { audience: /./ }, because: 'it is compared exactly' },
  { field: 'audience', what: 'null', options: { audience: null }, because: 'it names nobody' },
  { field: 'acceptAnyAudience', what: 'set beside audience', options: { acceptAnyAudience: true }, because: 'it says the opposite' },
  { field: 'acceptAnyAudience', what: 'a text', options: { audience: undefined, acceptAnyAudience: 'yes' }, because: 'a danger is not set by accident' },
  { field: 'acceptTokensOfUnknownType', what: 'a number', options: { acceptTokensOfUnknownType: 1 }, because: 'a danger is not set by accident' },
  { field: 'privateNetwork', what: 'a text', options: { privateNetwork: 'false' }, because: 'it would count as true' },
  { field: 'clientId', what: 'missing', options: { clientId: undefined }, because: 'the call is authenticated (RFC 7662 §2.1)' },
  { field: 'clientSecret', what: 'missing', options: { clientSecret: undefined }, because: 'the call is authenticated (RFC 7662 §2.1)' },
  { field: 'clientSecret', what: 'empty', options: { clientSecret: '' }, because: 'it is none' },
  { field: 'introspectionUrl', what: 'no URL', options: { introspectionUrl: '/introspect' }, because: 'nobody could be asked' },
  { field: 'introspectionUrl', what: 'http', options: { introspectionUrl: 'http://id.example.com/introspect' }, because: 'it would show the secret (RFC 7662 §4)' },
  { field: 'introspectionUrl', what: 'ftp', options: { introspectionUrl: 'ftp://id.example.com/introspect' }, because: 'it is no HTTP' },
  { field: 'introspectionUrl', what: 'with a password', options: { introspectionUrl: `https://api:${SECRET}@id.example.com/` }, because: 'it would be logged' },
  { field: 'introspectionUrl', what: 'at a private address', options: { introspectionUrl: 'https://10.0.0.1/introspect' }, because: 'privateNetwork is not set' },
  { field: 'introspectionUrl', what: 'at the address of cloud credentials', options: { introspectionUrl: 'https://169.254.169.254/', privateNetwork: true }, because: 'no provider is there' },
  { field: 'cacheTtl', what: '301', options: { cacheTtl: 301 }, because: '300 seconds are the most' },
  { field: 'cacheTtl', what: '-1', options: { cacheTtl: -1 }, because: 'it is a time' },
  { field: 'cacheTtl', what: 'not a number', options: { cacheTtl: NaN }, because: 'no comparison with it holds' },
  { field: 'cacheTtl', what: 'a text', options: { cacheTtl: '10' }, because: 'it is a number' },
  { field: 'timeout', what: '0', options: { timeout: 0 }, because: 'nobody could answer' },
  { field: 'timeout', what: 'without end', options: { timeout: Infinity }, because: 'requests would wait for ever' },
  { field: 'clockTolerance', what: '61', options: { clockTolerance: 61 }, because: '60 seconds are the most' },
  { field: 'scopeClaims', what: 'empty', options: { scopeClaims: [] }, because: 'no token would grant a scope' },
  { field: 'scopeClaims', what: 'a text', options: { scopeClaims: 'scope' }, because: 'it is a list' },
  { field: 'audiance', what: 'no option', options: { audiance: 'https://api.example.com' }, because: 'a typing error must not turn a check off' },
];

describe('options of IntrospectionStrategy', () => {
  it.each(WRONG)('$field that is $what stops the application, because $because', ({ field, options }) => {
    const { code, findings } = errorOf(options);
    expect(code).toBe('AUTH_CONFIGURATION');
    expect(findings).toEqual([
      { code: 'invalid-option', where: 'TestIntrospection', problem: expect.stringContaining(field), mend: expect.stringMatching(/\S/) },
    ]);
  });

  it.each([undefined, null, 'options'])('says what to write where the options are %j', (options) => {
    class Careless extends IntrospectionStrategy {
      constructor() {
        super(options as never);
      }
      validate(): unknown {
        return {};
      }
    }
    expect(() => new Careless()).toThrow(/Careless \[invalid-option\]: the options are missing\n {5}Mend: call super\(\{/);
  });

  it('names every wrong option in one error', () => {
    const { message, findings } = errorOf({ issuer: '', audience: [], clientId: '', clientSecret: 1, cacheTtl: 1000, timeout: 0, other: 1 });
    expect(findings.map(({ problem }) => problem.split(' ')[0])).toEqual(['other', 'issuer', 'audience', 'clientId', 'clientSecret', 'cacheTtl', 'timeout']);
    expect(message).toMatch(/^7 mistakes in the security configuration:/);
  });

  it('leaves the options of the caller as they were', () => {
    expect(() => strategyWith(Object.freeze({ audience: Object.freeze(['a']), scopeClaims: Object.freeze(['scope']) }))).not.toThrow();
  });

  it.each([
    { what: 'a private provider', options: { introspectionUrl: 'https://10.0.0.1/introspect', privateNetwork: true } },
    { what: 'an issuer that is no URL, where the endpoint is given', options: { issuer: 'id' } },
    { what: 'an endpoint on this machine', options: { introspectionUrl: 'http://localhost:8080/introspect' } },
    { what: 'acceptAnyAudience in place of audience', options: { audience: undefined, acceptAnyAudience: true } },
  ])('accepts $what', ({ options }) => {
    expect(() => strategyWith(options)).not.toThrow();
  });

  it.each([
    { what: 'a wrong option', options: { clientSecret: SECRET, timeout: 0 } },
    { what: 'a secret where no URL is', options: { introspectionUrl: SECRET } },
    { what: 'a secret given as another option', options: { cacheTtl: SECRET } },
    { what: 'a list of secrets', options: { clientSecret: [SECRET] } },
  ])('NST-15: the error about $what shows no secret', ({ options }) => {
    const error = errorOf(options);
    expect(`${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${error.message}`).not.toContain(SECRET);
  });

  it('NST-15: the strategy shows no secret', () => {
    const strategy = strategyWith({ clientSecret: SECRET });
    expect(`${inspect(strategy, { depth: 10, showHidden: true })} ${JSON.stringify(strategy)}`).not.toContain(SECRET);
  });
});
