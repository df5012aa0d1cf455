import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  AuthConfigurationError,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentialsBearer,
  OAuth2PasswordBearer,
  OpenIdConnect,
} from 'nestjs-scopes';
import type { SecurityScheme } from 'nestjs-scopes';

/** A scheme class with whatever options a person who does not use TypeScript may give. */
type AnyScheme = new (options: never) => SecurityScheme;

const FLOW = { authorizationUrl: 'authorize', tokenUrl: 'token' };
/** Options with which each class can be made. */
const GOOD: readonly (readonly [AnyScheme, Readonly<Record<string, unknown>>])[] = [
  [APIKeyCookie, { name: 'session' }],
  [APIKeyHeader, { name: 'X-API-Key' }],
  [APIKeyQuery, { name: 'api_key' }],
  [HTTPBase, { scheme: 'DPoP' }],
  [HTTPBasic, {}],
  [HTTPBearer, {}],
  [HTTPDigest, {}],
  [OAuth2, {}],
  [OAuth2AuthorizationCodeBearer, FLOW],
  [OAuth2ClientCredentialsBearer, { tokenUrl: 'token' }],
  [OAuth2PasswordBearer, { tokenUrl: 'token' }],
  [OpenIdConnect, { openIdConnectUrl: '/openid' }],
];

/** Wrong for every class. */
const WRONG_ANYWHERE = [
  { schemeName: '' }, { schemeName: 'my scheme' }, { schemeName: 1 }, { schemeName: null },
  { description: '' }, { description: 1 }, { description: null },
  { autoError: 'false' }, { autoError: 0 }, { autoError: null },
];

const WRONG: readonly (readonly [AnyScheme, Readonly<Record<string, unknown>>, field: string])[] = [
  ...[APIKeyCookie, APIKeyHeader, APIKeyQuery].flatMap((type) => ['', 1, null, undefined, ['a']].map((name) => [type, { name }, 'name'] as const)),
  ...[APIKeyCookie, APIKeyHeader].flatMap((type) => ['a b', 'a:', 'a\n', 'é', 'a;b', 'a=b', '"a"'].map((name) => [type, { name }, 'name'] as const)),
  ...['https://app.example.com', ['https://app.example.com/'], ['app.example.com'], ['*'], [1], {}].map((trustedOrigins) => [APIKeyCookie, { name: 'a', trustedOrigins }, 'trustedOrigins'] as const),
  ...['', 'my scheme', 'a,b', 'a\r\nb', 'é', 1, undefined].map((scheme) => [HTTPBase, { scheme }, 'scheme'] as const),
  ...['é', '日本', 'a\r\nb', '\t', 1, null].map((realm) => [HTTPBasic, { realm }, 'realm'] as const),
  ...['', 1, null].map((bearerFormat) => [HTTPBearer, { bearerFormat }, 'bearerFormat'] as const),
  ...['token', 1, null, [FLOW], { pasword: FLOW }, { 'x-flow': FLOW }].map((flows) => [OAuth2, { flows }, 'flows'] as const),
  [OAuth2, { flows: { password: null } }, 'flows.password'],
  [OAuth2, { flows: { password: 'token' } }, 'flows.password'],
  [OAuth2, { flows: { password: {} } }, 'tokenUrl'],
  [OAuth2, { flows: { clientCredentials: { tokenUrl: '' } } }, 'tokenUrl'],
  [OAuth2, { flows: { implicit: { tokenUrl: 'token' } } }, 'authorizationUrl'],
  [OAuth2, { flows: { authorizationCode: { tokenUrl: 'token' } } }, 'authorizationUrl'],
  [OAuth2, { flows: { authorizationCode: { authorizationUrl: 'authorize' } } }, 'tokenUrl'],
  [OAuth2, { flows: { password: { tokenUrl: 'token', refreshUrl: 1 } } }, 'refreshUrl'],
  [OAuth2, { flows: { password: { tokenUrl: 'token', scopes: ['me'] } } }, 'scopes'],
  [OAuth2, { flows: { password: { tokenUrl: 'token', scopes: { 'a b': '' } } } }, 'scopes'],
  ...[OAuth2PasswordBearer, OAuth2ClientCredentialsBearer].flatMap((type) => ['', 1, null, undefined].map((tokenUrl) => [type, { tokenUrl }, 'tokenUrl'] as const)),
  [OAuth2ClientCredentialsBearer, { tokenUrl: 'token', refreshUrl: '' }, 'refreshUrl'],
  [OAuth2ClientCredentialsBearer, { tokenUrl: 'token', scopes: { me: 1 } }, 'scopes.me'],
  [OAuth2AuthorizationCodeBearer, { tokenUrl: 'token' }, 'authorizationUrl'],
  [OAuth2AuthorizationCodeBearer, { authorizationUrl: 'authorize' }, 'tokenUrl'],
  ...['', 1, null, undefined].map((openIdConnectUrl) => [OpenIdConnect, { openIdConnectUrl }, 'openIdConnectUrl'] as const),
];

/** The mistake in making a scheme. */
function mistakeIn(type: AnyScheme, options: object): AuthConfigurationError {
  try {
    new type(options as never);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error;
    throw error;
  }
  throw new Error('The scheme was made, and it should not.');
}

describe('Wrong options of a scheme', () => {
  it.each(WRONG.map(([type, options, field]) => [type.name, JSON.stringify(options), field, type, options] as const))('of %s, %s, are an error that names %s', (name, _shown, field, type, options) => {
    const [finding] = mistakeIn(type, options).findings;
    expect(finding).toEqual({ code: 'invalid-option', where: name, problem: expect.stringContaining(field), mend: expect.stringMatching(/\S/) });
  });

  it.each(GOOD.flatMap(([type, options]) => WRONG_ANYWHERE.map((wrong) => [type.name, JSON.stringify(wrong), type, { ...options, ...wrong }] as const)))(
    'of %s, %s, are an error that names the option',
    (name, shown, type, options) => {
      const [finding] = mistakeIn(type, options).findings;
      expect(finding).toMatchObject({ code: 'invalid-option', where: name, problem: expect.stringContaining(Object.keys(JSON.parse(shown) as object)[0] ?? '') });
    },
  );

  it('are told with the name of the subclass', () => {
    class CompanyKey extends APIKeyHeader {}
    expect(mistakeIn(CompanyKey, { name: '' }).findings[0]?.where).toBe('CompanyKey');
  });
});

describe.each(GOOD.map(([type, options]) => ({ name: type.name, type, options })))('$name', ({ name, type, options }) => {
  it('is called like its class unless it is given a name', () => {
    expect(new type(options as never).name).toBe(name);
    expect(new type({ ...options, schemeName: 'other' } as never).name).toBe('other');
  });

  it('shows its description in the document', () => {
    expect(new type({ ...options, description: 'What it is for.' } as never).openapi.description).toBe('What it is for.');
    expect(new type(options as never).openapi).not.toHaveProperty('description');
  });

  it('cannot be changed in what it shows', () => {
    expect(Object.isFrozen(new type(options as never).openapi)).toBe(true);
  });
});
