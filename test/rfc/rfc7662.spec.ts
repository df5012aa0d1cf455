import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { ADAPTERS } from '../support/running-app.js';

describe.each(ADAPTERS)('RFC 7662, Token Introspection, on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  beforeEach(async () => {
    server = await IntrospectionServer.start();
    server.reply = () => ({ body: activeToken() });
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url, clientId: 'api:v1 ü', clientSecret: 'p&q=r+s%/~' });
  });
  afterEach(async () => {
    await app.close();
    await server.goDown();
  });

  it('§2.1: asks with POST, a form of application/x-www-form-urlencoded, the REQUIRED token and the hint access_token', async () => {
    await app.get('/', 'mF_9.B5f-4.1JqM~+/==');
    const [{ method, headers, body, token }] = server.requests as [(typeof server.requests)[number]];
    expect({ method, type: headers['content-type'], token }).toEqual({ method: 'POST', type: 'application/x-www-form-urlencoded', token: 'mF_9.B5f-4.1JqM~+/==' });
    expect(body).toBe('token=mF_9.B5f-4.1JqM%7E%2B%2F%3D%3D&token_type_hint=access_token');
  });

  it('§2.1: asks for JSON', async () => {
    await app.get('/', 'token');
    expect(server.requests[0]?.headers.accept).toBe('application/json');
  });

  it('§2.1 MUST: authorizes the call; RFC 6749 §2.3.1: with the form-encoded identifier and secret of the client', async () => {
    await app.get('/', 'token');
    const [scheme, credentials = ''] = server.requests[0]?.headers.authorization?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe('api%3Av1+%C3%BC:p%26q%3Dr%2Bs%25%2F%7E');
  });

  it('§2.1: sends the token nowhere but in the form, and no more of the request', async () => {
    await app.send({ path: '/?q=1', headers: [['Authorization', 'Bearer the-token'], ['Cookie', 'a=b'], ['X-Forwarded-For', '1.2.3.4']] });
    const { path, headers } = server.requests[0] ?? {};
    expect(path).toBe('/introspect');
    expect(JSON.stringify(headers)).not.toContain('the-token');
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('x-forwarded-for');
  });

  it('§2.2: takes an answer with active and nothing else of a token as said by nobody for us', async () => {
    server.reply = () => ({ body: { active: true } });
    expect((await app.get('/', 'token')).status).toBe(401);
  });

  it('§2.2: takes the example of an active token', async () => {
    const example = {
      active: true, client_id: 'l238j323ds-23ij4', username: 'jdoe', scope: 'read write dolphin me', sub: 'Z5O3upPC88QrAjx00dis',
      aud: 'https://protected.example.net/resource', iss: 'https://server.example.com/', exp: 4_102_444_800, iat: 1_419_350_238, extension_field: 'twenty-seven',
    };
    server.reply = () => ({ body: example });
    const options = { issuer: example.iss, audience: example.aud, acceptTokensOfUnknownType: true, introspectionUrl: server.url };
    const itsApi = await startIntrospectionApp(adapter, options);
    const { status, json } = await itsApi.get('/', 'token');
    expect({ status, json }).toEqual({
      status: 200,
      json: { user: { name: example.sub }, scopes: ['read', 'write', 'dolphin', 'me'], claims: example, isHardened: true },
    });
    await itsApi.close();
  });

  it('§2.2, §2.3: refuses a token that is not active, whose answer is 200', async () => {
    server.reply = () => ({ body: { active: false } });
    const { status, challenges } = await app.get('/', 'token');
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", error="invalid_token", scope="me"'] });
  });

  it('§2.3: that our own client is refused (401) says nothing of the token', async () => {
    server.reply = () => ({ status: 401, headers: { 'WWW-Authenticate': 'Basic' }, body: { error: 'invalid_client' } });
    const { status, challenges } = await app.get('/', 'token');
    expect({ status, challenges }).toEqual({ status: 503, challenges: [] });
  });

  it('§4: does not use an answer beyond the expiry of its token', async () => {
    server.reply = () => ({ body: activeToken({ exp: Math.floor(Date.now() / 1000) - 1 }) });
    expect((await app.get('/', 'token')).status).toBe(401);
  });
});
