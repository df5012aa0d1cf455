import { multipart, MULTIPART, post, startFormApp, URLENCODED, urlencoded } from '../support/form-app.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const LOGIN = [['username', 'johndoe'], ['password', 'secret']] as const;
const PASSWORD_GRANT = [['grant_type', 'password'], ...LOGIN] as const;

const SCOPES = [
  { scope: 'me', scopes: ['me'], because: 'one is a list' },
  { scope: 'items me', scopes: ['items', 'me'], because: 'spaces separate them' },
  { scope: 'me ME', scopes: ['me', 'ME'], because: 'they have case' },
  { scope: 'me items me', scopes: ['me', 'items'], because: 'a scope twice is that scope' },
  { scope: "!#[]~ a:b/c?d=e&f,g'h", scopes: ['!#[]~', "a:b/c?d=e&f,g'h"], because: 'these are its characters' },
];

const REFUSED = [
  { what: 'no username', fields: [['grant_type', 'password'], ['password', 'secret']], error: 'invalid_request' },
  { what: 'no password', fields: [['grant_type', 'password'], ['username', 'johndoe']], error: 'invalid_request' },
  { what: 'a parameter twice', fields: [...PASSWORD_GRANT, ['username', 'admin']], error: 'invalid_request' },
  { what: 'another grant', fields: [['grant_type', 'authorization_code'], ...LOGIN], error: 'invalid_request' },
  { what: 'a grant in another case', fields: [['grant_type', 'Password'], ...LOGIN], error: 'invalid_request' },
  { what: 'a scope in quotes', fields: [...PASSWORD_GRANT, ['scope', '"me"']], error: 'invalid_scope' },
  { what: 'a scope with a backslash', fields: [...PASSWORD_GRANT, ['scope', 'a\\b']], error: 'invalid_scope' },
  { what: 'two spaces between scopes', fields: [...PASSWORD_GRANT, ['scope', 'me  items']], error: 'invalid_scope' },
] as const;

describe.each(ADAPTERS)('RFC 6749, OAuth 2.0, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startFormApp(adapter, { rawBody: false });
  });
  afterAll(() => app.close());

  it('§2.3.1 MAY: takes client_id and client_secret from the body', async () => {
    const { json } = await post(app, urlencoded([...PASSWORD_GRANT, ['client_id', 's6BhdRkqt3'], ['client_secret', '7Fjfp0ZBr1KtDRbnfVdmIw']]));
    expect(json).toMatchObject({ clientId: 's6BhdRkqt3', clientSecret: '7Fjfp0ZBr1KtDRbnfVdmIw' });
  });

  it('§2.3.1 MUST NOT: takes no parameter from the URI', async () => {
    const { status, json } = await app.send({ method: 'POST', path: `/token?${urlencoded(PASSWORD_GRANT)}`, headers: [['Content-Type', URLENCODED]], body: '' });
    expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' });
  });

  it('§3.2 MUST: treats a parameter without a value as left out', async () => {
    const { status, json } = await post(app, urlencoded([...PASSWORD_GRANT, ['scope', ''], ['client_id', '']]));
    expect({ status, scopes: json.scopes, clientId: json.clientId }).toEqual({ status: 200, scopes: [], clientId: null });
  });

  it('§3.2 MUST: ignores a parameter that it does not know', async () => {
    expect((await post(app, urlencoded([...PASSWORD_GRANT, ['audience', 'x']]))).status).toBe(200);
  });

  it.each(['grant_type', 'username', 'password', 'scope', 'client_id', 'client_secret', 'unknown'])('§3.2 MUST NOT: answers 400 invalid_request to %s twice', async (name) => {
    const { status, json } = await post(app, urlencoded([...PASSWORD_GRANT.filter(([field]) => field !== name), [name, 'password'], [name, 'password']]));
    expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' });
  });

  it.each(SCOPES)('§3.3: reads the scope "$scope" as $scopes, because $because', async ({ scope, scopes }) => {
    const { status, json } = await post(app, urlencoded([...PASSWORD_GRANT, ['scope', scope]]));
    expect({ status, scopes: json.scopes }).toEqual({ status: 200, scopes });
  });

  it('§4.3.2: reads the example of the section', async () => {
    const { status, json } = await post(app, 'grant_type=password&username=johndoe&password=A3ddj3w');
    expect({ status, json }).toEqual({
      status: 200,
      json: { grantType: 'password', username: 'johndoe', password: 'A3ddj3w', scopes: [], clientId: null, clientSecret: null },
    });
  });

  it('§4.3.2 REQUIRED, and is not: takes a form without grant_type, as FastAPI does', async () => {
    const { status, json } = await post(app, urlencoded(LOGIN));
    expect({ status, grantType: json.grantType }).toEqual({ status: 200, grantType: null });
  });

  it('§4.3.2: takes multipart/form-data beside the format of the section, as FastAPI does', async () => {
    expect((await post(app, multipart(PASSWORD_GRANT), MULTIPART)).status).toBe(200);
  });

  it('§4.3.2, Appendix B: reads UTF-8', async () => {
    const { json } = await post(app, 'grant_type=password&username=Zo%C3%AB&password=%E2%82%AC+%F0%9F%94%91');
    expect(json).toMatchObject({ username: 'Zoë', password: '€ 🔑' });
  });

  it.each([
    { name: 'Cache-Control', value: 'no-store' },
    { name: 'Pragma', value: 'no-cache' },
  ])('§5.1 MUST: the answer, which may hold a token, has $name: $value', async ({ name, value }) => {
    expect((await post(app, urlencoded(PASSWORD_GRANT))).headers[name.toLowerCase()]).toBe(value);
  });

  it.each(REFUSED)('§5.2: answers 400 $error as JSON to $what', async ({ fields, error }) => {
    const { status, headers, json } = await post(app, urlencoded(fields));
    expect({ status, error: json.error }).toEqual({ status: 400, error });
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each(REFUSED)('§5.2 MUST NOT: the description of what is wrong with $what has neither quote nor backslash nor anything beyond ASCII', async ({ fields }) => {
    const { json } = await post(app, urlencoded(fields));
    expect(json.error_description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  });

  it.each(REFUSED)('§5.2: the answer to $what has the members of the section only', async ({ fields }) => {
    const { json } = await post(app, urlencoded(fields));
    expect(Object.keys(json as object).sort()).toEqual(['error', 'error_description']);
  });
});
