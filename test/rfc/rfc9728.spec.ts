import { customFetch, processResourceDiscoveryResponse, resourceDiscoveryRequest } from 'oauth4webapi';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { parsedChallenges } from '../support/challenges.js';
import { DESCRIPTION, RESOURCE, resourceApp, WELL_KNOWN } from '../support/resource-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp, TestRequest } from '../support/running-app.js';
import { ISSUER, tokenWith } from '../support/tokens.js';

const bearer = (token: string) => [['Authorization', `Bearer ${token}`]] as const;

const REFUSED: readonly { what: string; request: () => Promise<TestRequest> | TestRequest; status: number; told: string }[] = [
  { what: 'no credentials', request: () => ({ path: '/items' }), status: 401, told: 'scope="me items"' },
  { what: 'a bad token', request: () => ({ path: '/items', headers: bearer('bad') }), status: 401, told: 'error="invalid_token", scope="me items"' },
  { what: 'a token that lacks a scope', request: async () => ({ path: '/items', headers: bearer(await tokenWith('me')) }), status: 403, told: 'error="insufficient_scope", scope="me items"' },
  { what: 'two tokens', request: () => ({ path: '/items', headers: [...bearer('a'), ...bearer('b')] }), status: 400, told: 'error="invalid_request", scope="me items"' },
];

/** Sends what a client would send to the host of the resource to the application. */
const toApp = (app: RunningApp) => (url: string, { headers }: { headers: Record<string, string> }): Promise<Response> => {
  const { pathname, search } = new URL(url);
  return fetch(`http://127.0.0.1:${String(app.port)}${pathname}${search}`, { headers });
};

/** A port that nothing listens on, for an application that has to know its URL before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.each(ADAPTERS)('RFC 9728, Protected Resource Metadata, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(resourceApp({ resource: RESOURCE, global: true }), adapter);
  });
  afterAll(() => app.close());

  it('§2 REQUIRED: `resource` is the identifier of the option, byte by byte', async () => {
    for (const resource of ['https://api.example.com', 'https://api.example.com/', 'https://api.example.com/v1', 'https://api.example.com:8443/v1/', 'http://localhost:3000']) {
      const other = await start(resourceApp({ resource }), adapter);
      const path = resource.includes('/v1') ? `${WELL_KNOWN}${new URL(resource).pathname}` : WELL_KNOWN;
      expect({ resource, text: (await other.get(path)).text }).toEqual({ resource, text: expect.stringContaining(`"resource":"${resource}"`) as unknown });
      await other.close();
    }
  });

  it('§2 OPTIONAL: `authorization_servers` are the issuers that strategies of Bearer schemes tell', async () => {
    expect((await app.get(WELL_KNOWN)).json).toMatchObject({ authorization_servers: [ISSUER] });
  });

  it('§2 RECOMMENDED: `scopes_supported` is the union of the scopes that routes require of Bearer schemes, each once, and of no other scheme', async () => {
    expect((await app.get(WELL_KNOWN)).json).toMatchObject({ scopes_supported: ['admin', 'items', 'me'] });
  });

  it('§2 OPTIONAL: `bearer_methods_supported` is what is read, the header', async () => {
    expect((await app.get(WELL_KNOWN)).json).toMatchObject({ bearer_methods_supported: ['header'] });
  });

  it('§3 MUST: the document is at a URL formed by inserting the well-known string between host and path', async () => {
    const other = await start(resourceApp({ resource: `${RESOURCE}/v1/cats` }), adapter);
    expect((await other.get(`${WELL_KNOWN}/v1/cats`)).json).toEqual({ ...DESCRIPTION, resource: `${RESOURCE}/v1/cats` });
    for (const path of [WELL_KNOWN, `/v1/cats${WELL_KNOWN}`, `${WELL_KNOWN}/v1`, `${WELL_KNOWN}/v1/cats/more`]) expect((await other.get(path)).status).toBe(404);
    await other.close();
  });

  it('§3.1 MUST: a slash that ends the host of the resource is removed before the string is inserted', async () => {
    const other = await start(resourceApp({ resource: `${RESOURCE}/` }), adapter);
    expect((await other.get(WELL_KNOWN)).status).toBe(200);
    const [challenge] = await parsedChallenges((await other.get('/items')).challenges);
    expect(challenge?.parameters['resource_metadata']).toBe(`${RESOURCE}${WELL_KNOWN}`);
    await other.close();
  });

  it('§3.1 MUST: it is queried with GET, by whoever asks; HEAD tells the same without the body', async () => {
    const { status, headers } = await app.get(WELL_KNOWN);
    const head = await app.send({ method: 'HEAD', path: WELL_KNOWN });
    expect({ status: head.status, type: head.headers['content-type'], length: head.headers['content-length'], text: head.text }).toEqual({ status, type: headers['content-type'], length: headers['content-length'], text: '' });
  });

  it('§3.2 MUST: a successful response is 200, and a JSON object of the type application/json with members of §2', async () => {
    const { status, headers, json } = await app.get(WELL_KNOWN);
    expect({ status, type: headers['content-type']?.toString().split(';')[0], json }).toEqual({ status: 200, type: 'application/json', json: DESCRIPTION });
  });

  it('§3.2 MUST: members with no value are omitted', async () => {
    const other = await start(resourceApp({ resource: RESOURCE }, []), adapter);
    expect((await other.get(WELL_KNOWN)).json).toEqual({ resource: RESOURCE, authorization_servers: [ISSUER], bearer_methods_supported: ['header'] });
    await other.close();
  });

  it.each(REFUSED)('§5.1: the $status answer to $what tells the URL of the document', async ({ request, status, told }) => {
    const response = await app.send(await request());
    expect({ status: response.status, challenges: response.challenges }).toEqual({
      status,
      challenges: [`Bearer realm="api", ${told}, resource_metadata="${RESOURCE}${WELL_KNOWN}"`],
    });
  });

  it('§5.1: challenges of other schemes do not tell it', async () => {
    expect((await app.get('/basic')).challenges).toEqual(['Basic realm="api", charset="UTF-8"']);
    expect((await app.get('/key')).challenges).toEqual(['APIKey realm="api"']);
    expect((await app.get('/either')).challenges).toEqual([`Bearer realm="api", scope="admin", resource_metadata="${RESOURCE}${WELL_KNOWN}"`, 'APIKey realm="api"']);
  });

  it('without the option there is neither document nor parameter', async () => {
    const other = await start(resourceApp(), adapter);
    expect((await other.get(WELL_KNOWN)).status).toBe(404);
    expect((await other.get('/items')).challenges).toEqual(['Bearer realm="api", scope="me items"']);
    await other.close();
  });

  it.each([RESOURCE, `${RESOURCE}/`, `${RESOURCE}/v1`, `${RESOURCE}/v1/`])('§3.3 MUST: a client that knows %s finds the document, and it is of that resource', async (resource) => {
    const other = await start(resourceApp({ resource }), adapter);
    const identifier = new URL(resource);
    const response = await resourceDiscoveryRequest(identifier, { [customFetch]: toApp(other) });
    expect(await processResourceDiscoveryResponse(identifier, response)).toEqual({ ...DESCRIPTION, resource });
    await other.close();
  });

  it('§5: a client that knows only the API gets from the 401 to the document, the authorization server and the scopes to ask for', async () => {
    const port = await freePort();
    const resource = `http://127.0.0.1:${String(port)}`;
    const other = await start(resourceApp({ resource, global: true }), adapter, () => undefined, port);
    const refused = await fetch(`${resource}/items`);
    const [challenge] = await parsedChallenges([String(refused.headers.get('www-authenticate'))]);
    const document = await fetch(String(challenge?.parameters['resource_metadata']));
    const { authorization_servers, scopes_supported } = await processResourceDiscoveryResponse(new URL(resource), document);
    expect({ status: refused.status, asked: challenge?.parameters.scope, authorization_servers, scopes_supported }).toEqual({
      status: 401,
      asked: 'me items',
      authorization_servers: [ISSUER],
      scopes_supported: ['admin', 'items', 'me'],
    });
    await other.close();
  });
});
