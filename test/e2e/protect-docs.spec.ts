import { NotFoundException } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { anonymous, anyOf, AuthConfigurationError, describeSecurity, HTTPBasic, protectDocs } from 'nestjs-scopes';
import type { SecurityScheme } from 'nestjs-scopes';
import { asUser, basic, CANARY, canaryDocument, DocsApp, guardedDocs, keyInQuery, oauth2, optional, withoutStrategy } from '../support/docs-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { tokenWith } from '../support/tokens.js';

const DOCUMENTS = ['/docs', '/docs/', '/docs/index.html', '/docs/swagger-ui-init.js', '/docs-json', '/docs-yaml'];

interface Answering {
  send(body: unknown): void;
}

describe.each(ADAPTERS)('Documents behind protectDocs, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(DocsApp, adapter, guardedDocs('docs', {}, basic, { scopes: [] }));
  });
  afterAll(() => app.close());

  it.each(DOCUMENTS)('NST-09: %s answers 401 with the challenge to nobody, as a guard does', async (path) => {
    const { status, challenges, json, headers } = await app.get(path);
    expect({ status, challenges, json }).toEqual({
      status: 401,
      challenges: ['Basic realm="docs", charset="UTF-8"'],
      json: { statusCode: 401, message: 'Not authenticated', error: 'Unauthorized' },
    });
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each(DOCUMENTS)('%s is served to a caller, and not to be kept', async (path) => {
    const { status, headers, text } = await app.send({ path, headers: [asUser('johndoe')] });
    expect({ status, kept: headers['cache-control'] }).toEqual({ status: 200, kept: 'no-store' });
    expect(text).toContain(CANARY);
  });

  it('a wrong password is 401, credentials that were sent twice are 400, a store that fails is 503', async () => {
    const answers = await Promise.all([
      app.send({ path: '/docs-json', headers: [asUser('johndoe', 'wrong')] }),
      app.send({ path: '/docs-json', headers: [asUser('johndoe'), asUser('johndoe')] }),
      app.send({ path: '/docs-json', headers: [asUser('broken')] }),
    ]);
    expect(answers.map(({ status, json }) => [status, json.error])).toEqual([[401, 'Unauthorized'], [400, 'Bad Request'], [503, 'Service Unavailable']]);
    expect(answers[2].headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it('the files of the page are the same for every application, and open', async () => {
    expect((await app.get('/docs/swagger-ui.css')).status).toBe(200);
  });

  it('describeSecurity tells them as protected, and the files as bypassing', () => {
    const rows = describeSecurity(app.app).filter(({ controller }) => controller === null);
    expect(rows.find(({ path }) => path === '/docs-json')).toEqual({
      method: 'GET', path: '/docs-json', controller: null, handler: null, access: 'protected', security: [{ HTTPBasic: [] }], scopes: [], unverified: [], unavailable: [],
      sources: [{ level: 'app', declaredBy: 'protectDocs', decorator: 'protectDocs', scheme: 'HTTPBasic', scopes: [] }], dependencies: [],
    });
    const files = adapter === 'express' ? 'ALL /docs' : 'GET /docs/*';
    expect(rows.filter(({ access }) => access !== 'protected').map(({ method, path }) => `${method} ${path}`)).toEqual([files]);
  });
});

describe.each(ADAPTERS)('protectDocs, on %s', (adapter) => {
  it('asks for scopes', async () => {
    const app = await start(DocsApp, adapter, guardedDocs('docs', {}, oauth2, { scopes: ['admin'] }));
    const refused = await app.get('/docs-json', await tokenWith('me'));
    expect([refused.status, refused.challenges]).toEqual([403, ['Bearer realm="api", error="insufficient_scope", scope="admin"']]);
    expect((await app.get('/docs-json', await tokenWith('admin'))).status).toBe(200);
    expect(describeSecurity(app.app).find(({ path }) => path === '/docs-json')).toMatchObject({ security: [{ OAuth2PasswordBearer: ['admin'] }], scopes: ['admin'] });
    await app.close();
  });

  it('takes a key from the URL', async () => {
    const app = await start(DocsApp, adapter, guardedDocs('docs', {}, keyInQuery));
    expect([(await app.get('/docs-json')).status, (await app.get('/docs-json?api_key=a-key')).status, (await app.get('/docs-json?api_key=b')).status]).toEqual([401, 200, 401]);
    await app.close();
  });

  it('guards every route that is registered through what it returns, and no other', async () => {
    const app = await start(DocsApp, adapter, (nest) => {
      const http = protectDocs(nest, basic).getHttpAdapter();
      http.get('/at-once', (_request: unknown, response: Answering) => { response.send('at once'); });
      http.post('/later', (_request: unknown, response: Answering) => { setTimeout(() => { response.send('later'); }, 5); });
      http.all('/all/:id', async (request: { user: { name: string } }, response: Answering) => {
        await Promise.resolve();
        response.send(request.user.name);
      });
      http.get('/throws', () => { throw new NotFoundException('Not here.'); });
      http.get('/rejects', () => Promise.reject(new NotFoundException('Not here.')));
      nest.getHttpAdapter().get('/open', (_request: unknown, response: Answering) => { response.send('open'); });
    });
    const as = async (method: string, path: string) => {
      const json = ['Content-Type', 'application/json'] as const;
      const sent = (...headers: (readonly [string, string])[]) => app.send({ method, path, headers, ...(method !== 'GET' && { body: '{}' }) });
      const [nobody, somebody] = [await sent(json), await sent(json, asUser('johndoe'))];
      return [nobody.status, somebody.status, somebody.json?.message ?? somebody.text];
    };
    expect(await as('GET', '/at-once')).toEqual([401, 200, 'at once']);
    expect(await as('POST', '/later')).toEqual([401, 200, 'later']);
    expect(await as('PUT', '/all/1')).toEqual([401, 200, 'johndoe']);
    expect(await as('GET', '/throws')).toEqual([401, 404, 'Not here.']);
    expect(await as('GET', '/rejects')).toEqual([401, 404, 'Not here.']);
    expect(await as('GET', '/open')).toEqual([200, 200, 'open']);
    const told = describeSecurity(app.app).filter(({ controller }) => controller === null).map(({ method, path, access }) => `${method} ${path} ${access}`);
    expect(told.sort()).toEqual(['ALL /all/:id protected', 'GET /at-once protected', 'GET /open bypassing', 'GET /rejects protected', 'GET /throws protected', 'POST /later protected']);
    await app.close();
  });

  it.each<[problem: string, mend: string, what: SecurityScheme, scopes: string[]]>([
    ['is not registered; another object of this name is', 'add this very object to AuthModule.forRoot({ schemes })', new HTTPBasic(), []],
    ['has no strategy', 'register it with one: { scheme, strategy: YourStrategy }', withoutStrategy, []],
    ['requires the scope "amin", which does not exist', 'correct the name', oauth2, ['amin']],
    ['everybody would be let in', 'autoError: false', optional, []],
  ])('does not start with a scheme that %s', async (problem, mend, what, scopes) => {
    const app = await start(DocsApp, adapter, (nest) => {
      const protect = () => protectDocs(nest, what, { scopes });
      expect(protect).toThrow(AuthConfigurationError);
      expect(protect).toThrow(problem);
      expect(protect).toThrow(mend);
    });
    await app.close();
  });

  it('refuses what it does not guard, and what is no scheme', async () => {
    const app = await start(DocsApp, adapter, (nest) => {
      const guarded = protectDocs(nest, basic);
      expect(() => guarded.use('/docs', () => undefined)).toThrow('does not guard what use() mounts');
      expect(() => guarded.getHttpAdapter().use(() => undefined)).toThrow(AuthConfigurationError);
      expect(() => guarded.getHttpAdapter().get('/docs', undefined as never)).toThrow('without a handler');
      expect(() => protectDocs(nest, NotFoundException as never)).toThrow('give a scheme');
      expect(() => protectDocs(nest, undefined as never)).toThrow(TypeError);
      expect(() => protectDocs(nest, basic, { scope: ['docs'] } as never)).toThrow(TypeError);
    });
    await app.close();
  });

  it('takes alternatives', async () => {
    const app = await start(DocsApp, adapter, (nest) => { SwaggerModule.setup('docs', protectDocs(nest, anyOf(oauth2, basic)), canaryDocument(nest)); });
    const { status, challenges } = await app.get('/docs-json');
    expect([status, challenges.map((line) => line.split(' ')[0])]).toEqual([401, ['Bearer', 'Basic']]);
    expect((await app.send({ path: '/docs-json', headers: [['Authorization', `Basic ${btoa('johndoe:secret')}`]] })).status).toBe(200);
    expect(describeSecurity(app.app).find(({ path }) => path === '/docs-json')?.security).toEqual([{ [oauth2.name]: [] }, { [basic.name]: [] }]);
    await app.close();
  });

  it('guards what is registered at the end of a chain, and hands on what a handler returns', async () => {
    const app = await start(DocsApp, adapter, (nest) => {
      SwaggerModule.setup('docs', protectDocs(nest, basic).setGlobalPrefix(''), canaryDocument(nest));
      protectDocs(nest, basic).getHttpAdapter().get('/null', (_request: unknown, response: Answering) => {
        if (adapter === 'express') response.send('null');
        return null;
      });
    });
    expect((await app.get('/docs-json')).status).toBe(401);
    expect((await app.send({ path: '/null', headers: [asUser('johndoe')] })).text).toBe('null');
    await app.close();
  });

  it('says on purpose that everybody may, which is listed as public', async () => {
    const app = await start(DocsApp, adapter, (nest) => {
      SwaggerModule.setup('docs', protectDocs(nest, anonymous), canaryDocument(nest));
      expect(() => protectDocs(nest, anonymous, { scopes: ['docs'] })).toThrow('anonymous callers have no scopes');
      expect(() => protectDocs(nest, anyOf(basic, anonymous))).toThrow('everybody would be let in');
    });
    expect((await app.get('/docs-json')).status).toBe(200);
    expect(describeSecurity(app.app).find(({ path }) => path === '/docs-json')).toMatchObject({ access: 'public', security: [], controller: null });
    await app.close();
  });

  it('leaves the application as it is for those who have it', async () => {
    const app = await start(DocsApp, adapter, (nest) => {
      protectDocs(nest, basic);
      SwaggerModule.setup('docs', nest, canaryDocument(nest));
    });
    expect((await app.get('/docs-json')).status).toBe(200);
    await app.close();
  });
});
