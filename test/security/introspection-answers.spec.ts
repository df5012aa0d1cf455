import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import type { IntrospectionReply } from '../support/introspection-server.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS } from '../support/running-app.js';

const good = JSON.stringify(activeToken());
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withMember = (text: string): string => good.replace('{', `{${text},`);

const UNUSABLE: readonly (IntrospectionReply & { what: string; because: string })[] = [
  { what: 'active: "true"', body: activeToken({ active: 'true' }), because: 'it is a boolean (RFC 7662 §2.2)' },
  { what: 'active: 1', body: activeToken({ active: 1 }), because: 'it is a boolean' },
  { what: 'active: {}', body: activeToken({ active: {} }), because: 'it is a boolean' },
  { what: 'active: [true]', body: activeToken({ active: [true] }), because: 'it is a boolean' },
  { what: 'active: null', body: activeToken({ active: null }), because: 'it is a boolean' },
  { what: 'no active', body: activeToken({ active: undefined }), because: 'it is REQUIRED' },
  { what: 'Active: true', body: activeToken({ active: undefined, Active: true }), because: 'names have case' },
  { what: 'active in __proto__', body: '{"__proto__":{"active":true,"aud":"https://api.example.com","token_type":"Bearer","sub":"x","scope":"me"}}', because: 'nothing is inherited' },
  { what: 'active twice', body: withMember('"active":false'), because: 'two readers would disagree' },
  { what: 'aud twice', body: withMember('"aud":"https://other.example.com"'), because: 'two readers would disagree' },
  { what: 'a name twice, once escaped', body: withMember('"\\u0061ctive":false'), because: 'two readers would disagree' },
  { what: 'a list', body: [activeToken()], because: 'it is an object' },
  { what: 'null', body: 'null', because: 'it is an object' },
  { what: 'true', body: 'true', because: 'it is an object' },
  { what: 'a text', body: '"active"', because: 'it is an object' },
  { what: 'nothing', body: '', because: 'it is no JSON' },
  { what: 'half an object', body: good.slice(0, -1), because: 'it is no JSON' },
  { what: 'two objects', body: good + good, because: 'it is no JSON' },
  { what: 'a claim 100 lists deep', body: withMember(`"x":${nested(100)}`), because: 'nobody claims that' },
  { what: 'a claim 50,000 lists deep', body: withMember(`"x":${nested(50_000)}`), because: 'nobody claims that' },
  { what: 'more than 64 KiB', body: activeToken({ x: 'a'.repeat(64 * 1024) }), because: 'it is too large' },
  { what: '1,000 claims', body: activeToken(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x${String(index)}`, 0]))), because: 'they take more memory than characters' },
  { what: '1,000 empty objects', body: activeToken({ x: Array.from({ length: 1_000 }, () => ({})) }), because: 'they take more memory than characters' },
  { what: '1,000 empty lists in lists', body: activeToken({ x: Array.from({ length: 30 }, () => Array.from({ length: 34 }, () => [])) }), because: 'they take more memory than characters' },
  { what: 'text/html', body: good, headers: { 'Content-Type': 'text/html' }, because: 'it is no JSON' },
  { what: 'a signed answer', body: good, headers: { 'Content-Type': 'application/token-introspection+jwt' }, because: 'it was not asked for (RFC 9701)' },
  { what: 'a compressed answer', body: good, headers: { 'Content-Encoding': 'gzip' }, because: 'it was not asked for' },
  { what: '201', body: good, status: 201, because: 'only 200 is an answer' },
  { what: '204', status: 204, because: 'only 200 is an answer' },
  { what: '302', status: 302, headers: { Location: '/other' }, because: 'a redirect would take our secret elsewhere' },
  { what: '307', status: 307, headers: { Location: '/other' }, because: 'a redirect would take our secret elsewhere' },
  { what: '400', body: activeToken(), status: 400, because: 'only 200 is an answer' },
  { what: 'invalid_request', body: '{"error":"invalid_request"}', status: 400, because: 'the call was wrong, and not the token' },
  { what: '400 with half an object', body: '{"error":', status: 400, because: 'it says nothing' },
  { what: '429', body: activeToken(), status: 429, because: 'only 200 is an answer' },
  { what: '500', body: activeToken(), status: 500, because: 'only 200 is an answer' },
];

describe.each(ADAPTERS)('an answer of the introspection endpoint, on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  beforeEach(async () => {
    server = await IntrospectionServer.start();
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url });
  });
  afterEach(async () => {
    await app.close();
    await server.goDown();
  });

  it.each(UNUSABLE)('$what is answered 503, not 401 and not 200, because $because', async ({ what: _, because: __, ...reply }) => {
    server.reply = () => reply;
    const { status, headers, challenges } = await app.get('/', 'token');
    expect({ status, challenges }).toEqual({ status: 503, challenges: [] });
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(server.requests.map(({ path }) => path)).toEqual(['/introspect']);
    expect(app.strategy.validated).toBe(0);
  });

  it('60 KiB, and 900 members, are an answer', async () => {
    server.reply = () => ({ body: activeToken({ text: 'a'.repeat(59 * 1024), objects: Array.from({ length: 900 }, () => 0) }) });
    expect((await app.get('/', 'token')).status).toBe(200);
  });

  it('RFC 7009 §2.2.1: unsupported_token_type refuses, because a client can send any kind of token', async () => {
    server.reply = () => ({ status: 400, body: '{"error":"unsupported_token_type"}' });
    expectInvalidToken(await app.get('/', 'token'));
  });

  it('active: false refuses whatever else is said', async () => {
    server.reply = () => ({ body: activeToken({ active: false }) });
    expectInvalidToken(await app.get('/', 'token'));
  });

  it('a time without end (1e400) refuses', async () => {
    server.reply = () => ({ body: good.replace(/"exp":\d+/, '"exp":1e400') });
    expectInvalidToken(await app.get('/', 'token'));
  });

  it('members with the names of inherited ones stay members, and pollute nothing', async () => {
    server.reply = () => ({ body: withMember('"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"hasOwnProperty":1') });
    const { status, json } = await app.get('/', 'token');
    expect(status).toBe(200);
    expect(json.isHardened).toBe(true);
    expect(Object.keys(json.claims as object)).toContain('hasOwnProperty');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
