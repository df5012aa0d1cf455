import { DESCRIPTION, RESOURCE, resourceApp, WELL_KNOWN } from '../support/resource-app.js';
import { getRaw } from '../support/raw-http.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const CHALLENGE = `Bearer realm="api", scope="me items", resource_metadata="${RESOURCE}${WELL_KNOWN}"`;

const HOSTILE: readonly (readonly [string, string])[] = [
  ['X-Forwarded-Host', 'evil.example.com'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Forwarded-Prefix', '/evil'],
  ['X-Original-Host', 'evil.example.com'],
  ['X-Original-URL', '/items'],
  ['X-Rewrite-URL', '/items'],
  ['X-HTTP-Method-Override', 'POST'],
  ['Forwarded', 'host=evil.example.com;proto=http'],
  ['Origin', 'https://evil.example.com'],
  ['Referer', 'https://evil.example.com/'],
  ['Accept', 'text/html'],
  ['Authorization', 'Bearer bad'],
];

const VARIANTS = [
  `/${WELL_KNOWN}`, `${WELL_KNOWN}/`, `${WELL_KNOWN}//`, '/%2ewell-known/oauth-protected-resource', '/%2Ewell-known/oauth%2dprotected-resource',
  '/.well-known%2foauth-protected-resource', '/.well-known//oauth-protected-resource', '/x/..%2f.well-known/oauth-protected-resource', '/./.well-known/oauth-protected-resource',
  '/items/../.well-known/oauth-protected-resource', '/.WELL-KNOWN/OAUTH-PROTECTED-RESOURCE', `${WELL_KNOWN}/..`, `${WELL_KNOWN}%00`, `${WELL_KNOWN}%`, `${WELL_KNOWN};a`, `${WELL_KNOWN}\\`,
  `http://evil.example.com${WELL_KNOWN}`, `//evil.example.com${WELL_KNOWN}`, `${WELL_KNOWN}/https://evil.example.com`,
];

describe.each(ADAPTERS)('Attacks on the description of the protected resource, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(resourceApp({ resource: RESOURCE, global: true }), adapter);
  });
  afterAll(() => app.close());

  it.each(HOSTILE)('a request with %s: %s gets the same description, and the same challenge', async (...header) => {
    expect((await app.send({ path: WELL_KNOWN, headers: [header] })).json).toEqual(DESCRIPTION);
    const { status, challenges } = await app.send({ path: '/items', headers: [header] });
    expect({ status, challenges: challenges.map((line) => line.replace(' error="invalid_token",', '')) }).toEqual({ status: 401, challenges: [CHALLENGE] });
  });

  it.each(['evil.example.com', 'evil.example.com"', 'api.example.com:1', ''])('the Host %j changes neither', async (host) => {
    const other = await getRaw(app.port, WELL_KNOWN, [], host);
    expect(other.status === 400 || other.body.includes(JSON.stringify(DESCRIPTION))).toBe(true);
    const refused = await getRaw(app.port, '/items', [], host);
    expect(refused.status === 400 || refused.challenges.join() === CHALLENGE).toBe(true);
  });

  it.each(VARIANTS)('GET %s gets the same description or none, and no error of the server', async (path) => {
    const { status, body } = await getRaw(app.port, path, []);
    expect([200, 400, 401, 403, 404]).toContain(status);
    expect(body.includes(JSON.stringify(DESCRIPTION))).toBe(status === 200);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s gets no description, and changes nothing', async (method) => {
    const { status, text } = await app.send({ method, path: WELL_KNOWN, headers: [['Content-Type', 'application/json']], body: '{"resource":"https://evil.example.com"}' });
    expect(status).toBeLessThan(500);
    expect(text).not.toContain('authorization_servers');
    expect((await app.get(WELL_KNOWN)).json).toEqual(DESCRIPTION);
  });

  it('a query and a body change nothing', async () => {
    expect((await app.get(`${WELL_KNOWN}?resource=https://evil.example.com`)).json).toEqual(DESCRIPTION);
    expect((await app.send({ path: WELL_KNOWN, body: 'resource=evil' })).status).toBeLessThan(500);
  });
});
