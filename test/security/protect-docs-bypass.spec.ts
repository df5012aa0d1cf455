import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { SwaggerCustomOptions } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { describeSecurity } from 'nestjs-scopes';
import { asUser, CANARY, DocsApp, guardedDocs } from '../support/docs-app.js';
import { ADAPTERS, listening, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

/** How Swagger can be set up, and what of the document it then serves. */
const SET_UPS: readonly { what: string; path: string; options: SwaggerCustomOptions; served: readonly string[]; prefix?: string }[] = [
  { what: 'nothing else', path: 'docs', options: {}, served: ['/docs', '/docs/', '/docs/index.html', '/docs/swagger-ui-init.js', '/docs-json', '/docs-yaml'] },
  { what: 'a path of two segments', path: '/in/docs', options: {}, served: ['/in/docs', '/in/docs/swagger-ui-init.js', '/in/docs/docs/swagger-ui-init.js', '/in/docs-json', '/in/docs-yaml'] },
  { what: 'ui: false', path: 'docs', options: { ui: false }, served: ['/docs-json', '/docs-yaml'] },
  { what: 'raw: false', path: 'docs', options: { raw: false }, served: ['/docs', '/docs/swagger-ui-init.js'] },
  { what: "raw: ['yaml']", path: 'docs', options: { raw: ['yaml'] }, served: ['/docs', '/docs-yaml'] },
  { what: 'URLs of its own', path: 'docs', options: { jsonDocumentUrl: 'open.json', yamlDocumentUrl: '/a/open.yaml' }, served: ['/docs', '/open.json', '/a/open.yaml'] },
  { what: 'the global prefix', path: 'docs', options: { useGlobalPrefix: true, jsonDocumentUrl: 'o.json' }, served: ['/api/docs', '/api/docs/swagger-ui-init.js', '/api/o.json', '/api/docs-yaml'], prefix: 'api' },
  { what: 'a script and a style', path: 'docs', options: { customJs: '/mine.js', customJsStr: `"${CANARY}"`, customCss: `/* ${CANARY} */` }, served: ['/docs', '/docs/', '/docs-json'] },
  { what: 'a document for each request', path: 'docs', options: { patchDocumentOnRequest: (_request, _response, document) => document }, served: ['/docs/swagger-ui-init.js', '/docs-json', '/docs-yaml'] },
];

/** The same target written in other ways, and methods that servers answer from GET. */
function variantsOf(path: string): readonly (readonly [method: string, path: string])[] {
  const last = path.lastIndexOf('/') + 1;
  const encoded = `${path.slice(0, last)}%${path.charCodeAt(last).toString(16)}${path.slice(last + 1)}`;
  const targets = [
    path, `${path}/`, `${path}?a=b`, `${path}#a`, `/${path}`, `${path}//`, `${path};x=1`, encoded, path.toUpperCase(), `/x/..${path}`, `/.${path}`,
    `${path}/.`, `${path}%2f`, `${path}%00`, `${path}.json`, path.replaceAll('/', '\\'), `http://localhost${path}`, path.replace('/', '/%2e/'),
    `${path}/swagger-ui-init.js`, `${path}/index.html`, `${path}/package.json`, `${path}/..%2fdocs-json`,
  ];
  return targets.flatMap((target) => ['GET', 'HEAD', 'POST', 'OPTIONS'].map((method) => [method, target] as const));
}

/** What a request that nobody authenticates gets of the document: nothing, however it is written. */
async function leaks(app: RunningApp, served: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [method, path] of served.flatMap(variantsOf)) {
    // A target that the server cannot parse ends the connection.
    const answer = await app.send({ method, path }).catch(() => null);
    if (answer === null) continue;
    const { status, text, headers } = answer;
    // A HEAD that is let in tells the size and the type.
    const isServed = method === 'HEAD' && status === 200 && served.includes(path);
    if (text.includes(CANARY) || isServed || status >= 500) found.push(`${method} ${path} ${String(status)} ${String(headers['content-type'])}`);
  }
  return found;
}

describe.each(ADAPTERS)('Nobody gets the document past protectDocs, on %s', (adapter) => {
  it.each(SET_UPS)('NST-09: with $what', async ({ path, options, served, prefix = '' }) => {
    const app = await start(DocsApp, adapter, (nest) => {
      nest.setGlobalPrefix(prefix);
      return guardedDocs(path, options)(nest);
    });
    for (const each of served) {
      const allowed = await app.send({ path: each, headers: [asUser('johndoe')] });
      expect([each, allowed.status, allowed.text.includes(CANARY)]).toEqual([each, 200, true]);
      expect([each, (await app.get(each)).status]).toEqual([each, 401]);
    }
    expect(await leaks(app, served)).toEqual([]);
    await app.close();
  });

  it('NST-09: everything that Swagger registers is told as protected, but for the files', async () => {
    const app = await start(DocsApp, adapter, guardedDocs('internal/docs'));
    const open = describeSecurity(app.app).filter(({ controller, access }) => controller === null && access !== 'protected');
    const files = adapter === 'express' ? ['/internal/docs', '/internal/docs/docs'] : ['/internal/docs/*', '/internal/docs/docs/*'];
    expect(open.map(({ path }) => path)).toEqual(files);
    await app.close();
  });

  it('NST-09: a request after one that was let in is asked again', async () => {
    const app = await start(DocsApp, adapter, guardedDocs('docs'));
    expect((await app.send({ path: '/docs-json', headers: [asUser('johndoe')] })).status).toBe(200);
    expect((await app.get('/docs-json')).status).toBe(401);
    await app.close();
  });
});

describe('Nobody gets the document past protectDocs', () => {
  it('NST-09: where Fastify does not mind upper and lower case, and doubled slashes', async () => {
    const testing = await Test.createTestingModule({ imports: [DocsApp] }).compile();
    const routerOptions = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, useSemicolonDelimiter: true };
    const nest = testing.createNestApplication(new FastifyAdapter({ routerOptions }), { logger: false });
    await guardedDocs('docs')(nest);
    const app = await listening(nest);
    for (const path of ['/DOCS-json', '//docs-json', '/docs-json;a=b']) {
      expect([path, (await app.get(path)).status, (await app.send({ path, headers: [asUser('johndoe')] })).status]).toEqual([path, 401, 200]);
    }
    expect(await leaks(app, ['/docs', '/docs-json'])).toEqual([]);
    await app.close();
  });
});
