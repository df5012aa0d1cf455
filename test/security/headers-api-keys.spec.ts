import { APIKeyCookie, ApiKeyStrategy } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp, TestRequest } from '../support/running-app.js';
import { askedHashes, KEY, SchemesApp } from '../support/schemes-app.js';
import { tokenWith } from '../support/tokens.js';

const CLIENT = { user: { name: 'client', scopes: ['read'] } };
const header = (name: string, value: string): TestRequest['headers'] => [[name, value]];

describe.each(ADAPTERS)('API keys on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(SchemesApp, adapter);
  });
  afterAll(() => app.close());

  it.each([
    { path: '/header', headers: header('X-API-Key', KEY) },
    { path: '/query?api_key=a-key-of-the-tests', headers: [] },
    { path: '/query?x=1&%61pi_key=a%2Dkey-of-the-tests&y', headers: [] },
    { path: '/cookie', headers: header('Cookie', `a=1; session=${KEY}; b=2`) },
    { path: '/cookie', headers: header('Cookie', `session="${KEY}"`) },
  ])('HDR-09: finds the owner of the key in $path $headers', async ({ path, headers }) => {
    const { status, json } = await app.send({ path, headers: headers ?? [] });
    expect({ status, json }).toEqual({ status: 200, json: CLIENT });
  });

  it('HDR-09: asks validate() for the SHA-256 of what was sent, and never for the key', async () => {
    askedHashes.length = 0;
    await app.send({ path: '/header', headers: header('X-API-Key', 'guess') });
    expect(askedHashes).toEqual([ApiKeyStrategy.hash('guess')]);
    expect(ApiKeyStrategy.hash('guess')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('HDR-09: enforces the scopes of the key', async () => {
    expect((await app.send({ path: '/header-write', headers: header('X-API-Key', KEY) })).status).toBe(403);
  });

  it.each([
    { what: 'two fields', request: { path: '/header', headers: [['X-API-Key', KEY], ['x-api-key', 'other']] } },
    { what: 'two equal fields', request: { path: '/header', headers: [['X-API-Key', KEY], ['X-API-Key', KEY]] } },
    { what: 'an empty field behind it', request: { path: '/header', headers: [['X-API-Key', KEY], ['X-API-Key', '']] } },
    { what: 'two parameters', request: { path: `/query?api_key=${KEY}&api_key=other` } },
    { what: 'an empty parameter before it', request: { path: `/query?api_key=&api_key=${KEY}` } },
    { what: 'a second one in another spelling', request: { path: `/query?api_key=${KEY}&api%5Fkey=x` } },
    { what: 'two cookies', request: { path: '/cookie', headers: [['Cookie', `session=${KEY}; session=other`]] } },
    { what: 'two cookies in two fields', request: { path: '/cookie', headers: [['Cookie', `session=${KEY}`], ['Cookie', 'session=other']] } },
  ] as const)('HDR-10: answers 400 to a key sent twice: $what', async ({ request }) => {
    const { status, challenges, json } = await app.send(request);
    expect({ status, challenges }).toEqual({ status: 400, challenges: ['APIKey realm="api"'] });
    expect(json).toEqual({ statusCode: 400, message: 'Credentials were sent more than once', error: 'Bad Request' });
  });

  it.each([
    { path: `/query?api_key[]=${KEY}`, because: 'it is another name' },
    { path: `/query?api_key[0]=${KEY}`, because: 'it is another name' },
    { path: `/query?[api_key]=${KEY}`, because: 'it is another name' },
    { path: `/query?API_KEY=${KEY}`, because: 'names have case' },
    { path: `/query??api_key=${KEY}`, because: 'the second question mark belongs to the name' },
    { path: `/query?x=1;api_key=${KEY}`, because: 'a semicolon separates nothing' },
    { path: '/query?api_key=', because: 'it is empty' },
    { path: '/query?api_key', because: 'it is empty' },
    { path: `/query;api_key=${KEY}`, because: 'that is the path' },
    { path: `/query#?api_key=${KEY}`, because: 'a fragment is no place for a key' },
  ])('HDR-10: lets nobody in to $path, because $because', async ({ path }) => {
    expect([401, 404]).toContain((await app.send({ path })).status);
  });

  it.each([
    { value: `${KEY}\xA0`, because: 'a no-break space is not white space of HTTP' },
    { value: `${KEY}\xFF`, because: 'bytes beyond ASCII have no one meaning' },
    { value: '\xE9', because: 'bytes beyond ASCII have no one meaning' },
  ])('HDR-13: refuses the key $value unasked, because $because', async ({ value }) => {
    askedHashes.length = 0;
    expect((await app.send({ path: '/header', headers: header('X-API-Key', value) })).status).toBe(401);
    expect(askedHashes).toEqual([]);
  });

  it.each([
    { origin: [['Sec-Fetch-Site', 'cross-site']], status: 403, because: 'another site sent it' },
    { origin: [['Sec-Fetch-Site', 'cross-site'], ['Origin', 'https://evil.example']], status: 403, because: 'another site sent it' },
    { origin: [['Sec-Fetch-Site', 'something-new']], status: 403, because: 'when in doubt, deny' },
    { origin: [['Origin', 'https://evil.example']], status: 403, because: 'the origin is not the host' },
    { origin: [['Origin', 'http://localhost.evil.example']], status: 403, because: 'the host only begins like ours' },
    { origin: [['Origin', 'null']], status: 403, because: 'a sandboxed page may be of any site' },
    { origin: [['Origin', 'http://localhost:1']], status: 403, because: 'the port is another one' },
    { origin: [], status: 201, because: 'it is no browser' },
    { origin: [['Sec-Fetch-Site', 'same-origin'], ['Origin', 'http://localhost']], status: 201, because: 'it is our own page' },
    { origin: [['Sec-Fetch-Site', 'same-site'], ['Origin', 'http://app.localhost']], status: 201, because: 'it is a page of the same site' },
    { origin: [['Sec-Fetch-Site', 'none']], status: 201, because: 'the person did it' },
    { origin: [['Origin', 'http://localhost']], status: 201, because: 'the origin is the host' },
    { origin: [['Sec-Fetch-Site', 'cross-site'], ['Origin', 'https://app.example.com']], status: 201, because: 'trustedOrigins has it' },
  ] as const)('HDR-11: answers $status to a POST with the cookie and $origin, because $because', async ({ origin, status }) => {
    const answer = await app.send({ method: 'POST', path: '/cookie', body: '', headers: [['Cookie', `session=${KEY}`], ...origin] });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.json).toEqual({ statusCode: 403, message: 'The page of another site sent the cookie', error: 'Forbidden' });
  });

  it('HDR-11: answers a GET with the cookie for any site, which cannot read the answer', async () => {
    expect((await app.send({ path: '/cookie', headers: [['Cookie', `session=${KEY}`], ['Sec-Fetch-Site', 'cross-site']] })).status).toBe(200);
  });

  it('HDR-11: takes a key in a header from any site, as browsers do not add it by themselves', async () => {
    expect((await app.send({ method: 'POST', path: '/header', body: '', headers: [['X-API-Key', KEY], ['Sec-Fetch-Site', 'cross-site'], ['Origin', 'https://evil.example']] })).status).toBe(201);
  });

  it.each([
    { what: 'the query', path: '/bearer?access_token=T' },
    { what: 'an empty query parameter', path: '/bearer?x&access_token' },
    { what: 'an encoded query parameter', path: '/bearer?%61ccess_token=T' },
  ])('HDR-03, RFC 6750 §2: answers 400 invalid_request to a token in the header and in $what', async ({ path }) => {
    const token = await tokenWith('');
    const { status, challenges } = await app.get(path.replace('T', token), token);
    expect({ status, challenges }).toEqual({ status: 400, challenges: ['Bearer realm="api", error="invalid_request"'] });
  });

  it('HDR-03, RFC 6750 §2: answers 400 invalid_request to a token in the header and in a form', async () => {
    const token = await tokenWith('');
    const form = { method: 'POST', path: '/bearer', body: `access_token=${token}` };
    const both = await app.send({ ...form, headers: [['Authorization', `Bearer ${token}`], ['Content-Type', 'application/x-www-form-urlencoded']] });
    expect({ status: both.status, challenges: both.challenges }).toEqual({ status: 400, challenges: ['Bearer realm="api", error="invalid_request"'] });
  });

  it('HDR-03: looks for a second token in forms only, not in the data of other requests', async () => {
    const token = await tokenWith('');
    const json = await app.send({ method: 'POST', path: '/bearer', body: '{"access_token":"x"}', headers: [['Authorization', `Bearer ${token}`], ['Content-Type', 'application/json']] });
    expect(json.status).toBe(201);
  });

  it('HDR-07, RFC 6750 §2.3: takes no bearer token from the query or a form', async () => {
    const token = await tokenWith('');
    expect((await app.get(`/bearer?access_token=${token}`)).status).toBe(401);
    const form = await app.send({ method: 'POST', path: '/bearer', body: `access_token=${token}`, headers: header('Content-Type', 'application/x-www-form-urlencoded') ?? [] });
    expect(form.status).toBe(401);
  });

  it.each([`/query?api_key=${KEY}`, '/query?api_key=x', '/query'])('HDR-07: lets nobody cache the answer to %s', async (path) => {
    expect((await app.send({ path })).headers['cache-control']).toBe('no-store');
  });
});

describe('The origin of a cookie', () => {
  const cookie = new APIKeyCookie({ name: 'session' });
  const kind = (headers: Record<string, string>) => cookie.extract({ method: 'POST', url: '/', headers: { cookie: 'session=x', ...headers } }).kind;

  it.each<[Record<string, string>, string, string]>([
    [{ ':authority': 'example.com', origin: 'https://example.com' }, 'credentials', 'HTTP/2 has no Host'],
    [{ ':authority': 'example.com', origin: 'https://evil.example' }, 'cross-site', 'HTTP/2 has no Host'],
    [{ origin: 'http://undefined' }, 'cross-site', 'without a host nobody knows the site'],
    [{ host: '', origin: 'file://' }, 'cross-site', 'without a host nobody knows the site'],
    [{ host: 'EXAMPLE.com:8080', origin: 'http://example.com:8080' }, 'credentials', 'hosts have no case'],
    [{ host: '[::1]:80', origin: 'http://[::1]' }, 'cross-site', 'a port that is written is not the one that is left out'],
  ])('HDR-11: with %j is %s, because %s', (headers, expected) => {
    expect(kind(headers)).toBe(expected);
  });
});
