import { generateKeyPairSync } from 'node:crypto';
import { describeSecurity } from 'nestjs-scopes';
import { ALICE, demoToken, keyIn, startDemo } from '../support/demo-app.js';
import type { RunningDemo } from '../support/demo-app.js';
import { ADAPTERS } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PROFILE = { username: 'johndoe', full_name: 'John Doe', email: 'johndoe@example.com', disabled: false };
const ITEMS = [{ item_id: 'Foo', owner: 'johndoe' }];
const OK = { status: 'ok' };
const LACKS_SCOPE = { statusCode: 403, message: 'Not enough permissions', error: 'Forbidden' };

const lacks = (scope: string): readonly string[] => [`Bearer realm="api", error="insufficient_scope", scope="${scope}"`];

/** What each route asks for, as its challenges say it. */
const ROUTES = [
  { path: '/users/me', scope: ', scope="me"' },
  { path: '/users/me/items', scope: ', scope="items me"' },
  { path: '/status', scope: '' },
];

const CALLS = [
  { path: '/users/me', scopes: '', status: 403, challenges: lacks('me'), body: LACKS_SCOPE, because: 'CurrentActiveUser asks for me' },
  { path: '/users/me', scopes: 'me', status: 200, challenges: [], body: PROFILE, because: 'me is all that is asked for' },
  { path: '/users/me', scopes: 'items', status: 403, challenges: lacks('me'), body: LACKS_SCOPE, because: 'items does not stand for me' },
  { path: '/users/me', scopes: 'me items', status: 200, challenges: [], body: PROFILE, because: 'more than is asked for does no harm' },
  { path: '/users/me/items', scopes: '', status: 403, challenges: lacks('items me'), body: LACKS_SCOPE, because: 'the handler and CurrentActiveUser ask for one each' },
  { path: '/users/me/items', scopes: 'me', status: 403, challenges: lacks('items me'), body: LACKS_SCOPE, because: 'the handler adds items' },
  { path: '/users/me/items', scopes: 'items', status: 403, challenges: lacks('items me'), body: LACKS_SCOPE, because: 'CurrentActiveUser still asks for me' },
  { path: '/users/me/items', scopes: 'me items', status: 200, challenges: [], body: ITEMS, because: 'both are there' },
  { path: '/status', scopes: '', status: 200, challenges: [], body: OK, because: 'a valid token is enough' },
  { path: '/status', scopes: 'me', status: 200, challenges: [], body: OK, because: 'a valid token is enough' },
  { path: '/status', scopes: 'items', status: 200, challenges: [], body: OK, because: 'a valid token is enough' },
  { path: '/status', scopes: 'me items', status: 200, challenges: [], body: OK, because: 'a valid token is enough' },
];

/** The routes that show the schemes: path, handler, requirement, scheme. */
const SCHEMES = [
  ['api-key-header', 'apiKeyHeader', [{ APIKeyHeader: [] }], 'APIKeyHeader'],
  ['api-key-query', 'apiKeyQuery', [{ APIKeyQuery: [] }], 'APIKeyQuery'],
  ['api-key-cookie', 'apiKeyCookie', [{ APIKeyCookie: [] }], 'APIKeyCookie'],
  ['basic', 'basic', [{ HTTPBasic: [] }], 'HTTPBasic'],
  ['digest', 'digest', [{ HTTPDigest: [] }], 'HTTPDigest'],
  ['bearer', 'bearer', [{ HTTPBearer: [] }], 'HTTPBearer'],
  ['optional', 'optional', [{ OptionalAPIKey: [] }, {}], 'OptionalAPIKey'],
  ['either', 'either', [{ HTTPBearer: [] }, { APIKeyHeader: [] }], 'anyOf(HTTPBearer, APIKeyHeader)'],
] as const;

/** The same route, written without and with a slash at its end. */
function inBothSpellings<Row extends { readonly path: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.flatMap((row) => [row, { ...row, path: `${row.path}/` }]);
}

describe.each(ADAPTERS)('the demo on %s', (adapter) => {
  const folder = temporaryFolder();
  const strangersKey = generateKeyPairSync('ed25519').privateKey;
  const tokens = new Map<string, string>();
  let demo: RunningDemo;

  beforeAll(async () => {
    demo = await startDemo(adapter, folder);
    for (const { scopes } of CALLS) {
      if (!tokens.has(scopes)) tokens.set(scopes, await demo.token(scopes));
    }
  });
  afterAll(() => demo.close());

  it.each(inBothSpellings(CALLS))('answers $status to GET $path with the scopes "$scopes": $because', async ({ path, scopes, status, challenges, body }) => {
    const answer = await demo.get(path, tokens.get(scopes));
    expect(answer.status).toBe(status);
    expect(answer.challenges).toEqual(challenges);
    expect(answer.json).toEqual(body);
  });

  it.each(inBothSpellings(ROUTES))('answers 401 without an error code to GET $path without a token', async ({ path, scope }) => {
    const answer = await demo.get(path);
    expect(answer.status).toBe(401);
    expect(answer.challenges).toEqual([`Bearer realm="api"${scope}`]);
    expect(answer.json).toEqual({ statusCode: 401, message: 'Not authenticated', error: 'Unauthorized' });
  });

  const badTokens = [
    { kind: 'is no token', because: 'it has no three parts', make: () => 'garbage' },
    { kind: 'is of another key', because: 'anybody can sign with a key of their own', make: () => demoToken(strangersKey) },
    { kind: 'has expired', because: 'more time has passed than clocks may differ', make: () => demoToken(keyIn(folder), { exp: Math.floor(Date.now() / 1000) - 60 }) },
    { kind: 'is of another issuer', because: 'the key may be shared', make: () => demoToken(keyIn(folder), { iss: 'https://other.example' }) },
    { kind: 'is for another API', because: 'a token is for one audience', make: () => demoToken(keyIn(folder), { aud: 'other' }) },
    { kind: 'is of another kind', because: 'an ID token is not an access token', make: () => demoToken(keyIn(folder), {}, { typ: 'JWT' }) },
    { kind: 'is of somebody unknown', because: 'an account may be deleted before its tokens expire', make: () => demoToken(keyIn(folder), { sub: 'bob' }) },
  ];
  const refused = inBothSpellings(ROUTES).flatMap((route) => badTokens.map((token) => ({ ...route, ...token })));

  it.each(refused)('answers 401 invalid_token to GET $path with a token that $kind: $because', async ({ path, scope, make }) => {
    const answer = await demo.get(path, await make());
    expect(answer.status).toBe(401);
    expect(answer.challenges).toEqual([`Bearer realm="api", error="invalid_token"${scope}`]);
    expect(answer.json).toEqual({ statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' });
  });

  it('accepts a token like those of the table above that has nothing wrong', async () => {
    expect((await demo.get('/users/me/items', await demoToken(keyIn(folder)))).json).toEqual(ITEMS);
  });

  it.each([
    { path: '/users/me', status: 400, body: { statusCode: 400, message: 'Inactive user', error: 'Bad Request' }, because: 'the pipe asks for an active user' },
    { path: '/users/me/items', status: 400, body: { statusCode: 400, message: 'Inactive user', error: 'Bad Request' }, because: 'the pipe asks for an active user' },
    { path: '/status', status: 200, body: OK, because: 'it asks for a valid token only' },
  ])('answers $status to GET $path by a disabled user: $because', async ({ path, status, body }) => {
    const { json } = await demo.login({ ...ALICE, scope: 'me items' });
    const answer = await demo.get(path, String(json.access_token));
    expect(answer.status).toBe(status);
    expect(answer.challenges).toEqual([]);
    expect(answer.json).toEqual(body);
  });

  it('says of its document that everybody may read it, and asks who reads its security report', async () => {
    const beside = describeSecurity(demo.app).filter(({ controller }) => controller === null).map(({ method, path, access }) => `${method} ${path} ${access}`);
    expect(beside).toEqual(expect.arrayContaining(['GET /docs public', 'GET /openapi.json public', 'GET /security protected', 'GET /security.json protected']));
    expect((await demo.get('/security')).challenges).toEqual(['Basic realm="demo", charset="UTF-8"']);
    expect((await demo.send({ path: '/security', headers: [['Authorization', `Basic ${btoa('johndoe:secret')}`]] })).text).toContain('<title>Security report</title>');
  });

  it('lists every route of its controllers with what it requires, where that was declared and what is resolved', () => {
    const shared = { method: 'GET', access: 'protected', unverified: [], unavailable: [] };
    const source = { scheme: null, dependency: 'CurrentActiveUser', scopes: [] };
    const taken = (handler: string, decorator: string): object => ({ level: 'parameter', declaredBy: `UsersController.${handler}`, ...source, decorator });
    const node = (name: string, scopes: string[], requiredScopes: string[], ...dependencies: unknown[]): object => ({ name, scopes, requiredScopes, useCache: true, dependencies });
    const tree = (...items: string[]): object =>
      node('CurrentActiveUser', items, items, node('CurrentUser', ['me'], [...items, 'me'], node('OAuth2PasswordBearer', [], [...items, 'me'])));
    expect(describeSecurity(demo.app).filter(({ controller }) => controller !== null)).toEqual([
      { ...shared, method: 'POST', path: '/token', controller: 'TokenController', handler: 'login', access: 'public', security: [], scopes: [], sources: [], dependencies: [] },
      {
        ...shared,
        path: '/users/me',
        controller: 'UsersController',
        handler: 'read',
        security: [{ OAuth2PasswordBearer: ['me'] }],
        scopes: ['me'],
        sources: [taken('read', '@Depends')],
        dependencies: [tree()],
      },
      {
        ...shared,
        path: '/users/me/items',
        controller: 'UsersController',
        handler: 'items',
        security: [{ OAuth2PasswordBearer: ['items', 'me'] }],
        scopes: ['items', 'me'],
        sources: [{ ...taken('items', '@Security'), scopes: ['items'] }],
        dependencies: [tree('items')],
      },
      {
        ...shared,
        path: '/status',
        controller: 'StatusController',
        handler: 'read',
        security: [{ OAuth2PasswordBearer: [] }],
        scopes: [],
        sources: [{ ...source, level: 'method', declaredBy: 'StatusController.read', decorator: '@Security', dependency: 'CurrentUser' }],
        dependencies: [node('CurrentUser', [], [], node('OAuth2PasswordBearer', [], []))],
      },
      ...SCHEMES.map(([path, handler, security, scheme]) => ({
        method: 'GET',
        path: `/schemes/${path}`,
        controller: 'SchemesController',
        handler,
        access: 'protected',
        security,
        scopes: [],
        unverified: [],
        unavailable: [],
        sources: [{ level: 'method', declaredBy: `SchemesController.${handler}`, decorator: '@Security', scheme, scopes: [] }],
        dependencies: [],
      })),
    ]);
  });

  it('serves the Swagger page', async () => {
    const answer = await demo.get('/docs');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.text).toContain('<div id="swagger-ui">');
  });

  it('sends a browser from /docs/ to /docs, where the relative tokenUrl leads to /token', async () => {
    const answer = await demo.get('/docs/');
    expect(answer.status).toBe(307);
    expect(answer.headers['location']).toBe('/docs');
  });

  it('serves its document, with the schemes and the security of every operation', async () => {
    const answer = await demo.get('/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const { openapi, paths, components } = answer.json;
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(['/token', '/users/me', '/users/me/items', '/status', ...SCHEMES.map(([path]) => `/schemes/${path}`)]);
    expect(paths['/token'].post.security).toBeUndefined();
    expect(paths['/users/me'].get.security).toEqual([{ OAuth2PasswordBearer: ['me'] }]);
    expect(paths['/users/me/items'].get.security).toEqual([{ OAuth2PasswordBearer: ['items', 'me'] }]);
    expect(paths['/status'].get.security).toEqual([{ OAuth2PasswordBearer: [] }]);
    for (const [path, , security] of SCHEMES) expect(paths[`/schemes/${path}`].get.security).toEqual(security);
    const key = { type: 'apiKey', description: 'The key is demo-key.' };
    expect(components.securitySchemes).toEqual({
      APIKeyHeader: { ...key, in: 'header', name: 'X-API-Key' },
      APIKeyQuery: { ...key, in: 'query', name: 'api_key' },
      APIKeyCookie: { ...key, in: 'cookie', name: 'session' },
      OptionalAPIKey: { type: 'apiKey', description: 'The key is demo-key, and it may be left out.', in: 'header', name: 'X-API-Key' },
      HTTPBasic: { type: 'http', description: 'johndoe / secret', scheme: 'basic' },
      HTTPDigest: { type: 'http', description: 'johndoe / secret; the browser asks by itself.', scheme: 'digest' },
      HTTPBearer: { type: 'http', description: 'The access_token that POST /token answers.', scheme: 'bearer', bearerFormat: 'JWT' },
      OAuth2PasswordBearer: {
        type: 'oauth2',
        flows: { password: { tokenUrl: 'token', scopes: { me: 'Read information about the current user.', items: 'Read items.' } } },
      },
    });
  });
});
