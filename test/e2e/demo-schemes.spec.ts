import type { Browser } from 'playwright-core';
import { JOHNDOE, startDemo } from '../support/demo-app.js';
import type { RunningDemo } from '../support/demo-app.js';
import { ADAPTERS } from '../support/running-app.js';
import { authorize, describeWithChromium, execute, launchChromium, logOutOf, openSwaggerPage } from '../support/swagger-page.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const CALLS: readonly { path: string; headers: [string, string][]; status: number; caller?: string; because: string }[] = [
  { path: '/schemes/api-key-header', headers: [['X-API-Key', 'demo-key']], status: 200, caller: 'demo client', because: 'that is the key' },
  { path: '/schemes/api-key-header', headers: [['x-api-key', 'demo-key']], status: 200, caller: 'demo client', because: 'field names have no case' },
  { path: '/schemes/api-key-header', headers: [['X-API-Key', 'Demo-Key']], status: 401, because: 'keys have case' },
  { path: '/schemes/api-key-header?api_key=demo-key', headers: [['Cookie', 'session=demo-key']], status: 401, because: 'each route takes its own scheme only' },
  { path: '/schemes/api-key-query?api_key=demo-key', headers: [], status: 200, caller: 'demo client', because: 'that is the key' },
  { path: '/schemes/api-key-query?api_key=demo', headers: [], status: 401, because: 'a part of the key is not the key' },
  { path: '/schemes/api-key-cookie', headers: [['Cookie', 'a=b; session=demo-key']], status: 200, caller: 'demo client', because: 'that is the key' },
  { path: '/schemes/api-key-cookie', headers: [['Cookie', 'session=x']], status: 401, because: 'it is another key' },
  { path: '/schemes/basic', headers: [['Authorization', `Basic ${base64('johndoe:secret')}`]], status: 200, caller: 'johndoe', because: 'that is the password' },
  { path: '/schemes/basic', headers: [['Authorization', `Basic ${base64('johndoe:secret:x')}`]], status: 401, because: 'what follows a second colon belongs to the password' },
  { path: '/schemes/basic', headers: [['Authorization', `Basic ${base64('bob:secret')}`]], status: 401, because: 'nobody has that name' },
  { path: '/schemes/optional', headers: [], status: 200, caller: 'nobody', because: 'the key may be left out' },
  { path: '/schemes/optional', headers: [['X-API-Key', 'demo-key']], status: 200, caller: 'demo client', because: 'that is the key' },
  { path: '/schemes/either', headers: [['X-API-Key', 'demo-key']], status: 200, caller: 'somebody with APIKeyHeader', because: 'the key is one of two' },
  { path: '/schemes/either', headers: [['X-API-Key', 'x']], status: 401, because: 'neither is good' },
  { path: '/schemes/optional', headers: [['X-API-Key', 'x']], status: 401, because: 'a bad key does not become nobody' },
];

const CHALLENGES = [
  { path: '/schemes/api-key-header', challenge: 'APIKey realm="api"' },
  { path: '/schemes/api-key-query', challenge: 'APIKey realm="api"' },
  { path: '/schemes/api-key-cookie', challenge: 'APIKey realm="api"' },
  { path: '/schemes/basic', challenge: 'Basic realm="demo", charset="UTF-8"' },
  { path: '/schemes/digest', challenge: expect.stringMatching(/^Digest realm="demo", qop="auth", algorithm=SHA-256, nonce="[\w-]{48}", opaque="[\w-]{24}", charset=UTF-8$/) as unknown },
  { path: '/schemes/bearer', challenge: 'Bearer realm="api"' },
];

describe.each(ADAPTERS)('the schemes of the demo on %s', (adapter) => {
  const folder = temporaryFolder();
  let demo: RunningDemo;
  beforeAll(async () => {
    demo = await startDemo(adapter, folder);
  });
  afterAll(() => demo.close());

  it.each(CALLS)('answers $status to $path with $headers: $because', async ({ path, headers, status, caller }) => {
    const answer = await demo.send({ path, headers });
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual(caller === undefined ? { statusCode: 401, message: expect.stringMatching(/^(Not authenticated|Could not validate credentials)$/), error: 'Unauthorized' } : { caller });
  });

  it.each(CHALLENGES)('answers 401 to $path without credentials, with a challenge', async ({ path, challenge }) => {
    const { status, challenges } = await demo.get(path);
    expect({ status, challenges }).toEqual({ status: 401, challenges: [challenge] });
  });

  it('answers 401 with both challenges where either would do', async () => {
    expect((await demo.get('/schemes/either')).challenges).toEqual(['Bearer realm="api"', 'APIKey realm="api"']);
  });

  it('takes the token of the login as a bearer token', async () => {
    const { status, json } = await demo.get('/schemes/bearer', await demo.token(''));
    expect({ status, json }).toEqual({ status: 200, json: { caller: 'johndoe' } });
  });

  it('HDR-07: lets nobody cache what an API key in the query gets', async () => {
    expect((await demo.get('/schemes/api-key-query?api_key=demo-key')).headers['cache-control']).toBe('no-store');
    expect((await demo.get('/schemes/api-key-query?api_key=x')).headers['cache-control']).toBe('no-store');
  });
});

describeWithChromium().each(ADAPTERS)('the schemes of the demo on the Swagger page on %s', (adapter) => {
  const folder = temporaryFolder();
  let demo: RunningDemo;
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
    demo = await startDemo(adapter, folder);
  });
  afterAll(async () => {
    await demo.close();
    await browser.close();
  });

  it.each([
    { path: '/schemes/api-key-header', scheme: 'APIKeyHeader', typed: ['demo-key'], caller: 'demo client' },
    { path: '/schemes/api-key-query', scheme: 'APIKeyQuery', typed: ['demo-key'], caller: 'demo client' },
    { path: '/schemes/api-key-cookie', scheme: 'APIKeyCookie', typed: ['demo-key'], caller: 'demo client' },
    { path: '/schemes/basic', scheme: 'HTTPBasic', typed: ['johndoe', 'secret'], caller: 'johndoe' },
    { path: '/schemes/bearer', scheme: 'HTTPBearer', typed: ['<token>'], caller: 'johndoe' },
    { path: '/schemes/optional', scheme: 'OptionalAPIKey', typed: ['demo-key'], caller: 'demo client' },
  ])('lets a person authorize with $scheme and call $path', async ({ path, scheme, typed, caller }) => {
    const page = await openSwaggerPage(browser, `http://localhost:${String(demo.port)}/docs`);
    const token = await demo.token('');
    await authorize(page, scheme, typed.map((text) => (text === '<token>' ? token : text)));
    const after = await execute(page, path);
    expect(after.status).toBe('200');
    expect(after.details).toContain(`"caller": "${caller}"`);
    await logOutOf(page, scheme);
  }, 60_000);

  it('lets the browser ask for the password of Digest by itself', async () => {
    const context = await browser.newContext({ httpCredentials: JOHNDOE });
    const page = await openSwaggerPage(context, `http://localhost:${String(demo.port)}/docs`);
    const answer = await execute(page, '/schemes/digest');
    expect(answer.status).toBe('200');
    expect(answer.details).toContain('"caller": "johndoe"');
  }, 60_000);
});
