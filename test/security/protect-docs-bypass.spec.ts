import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { SwaggerCustomOptions } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { describeSecurity } from 'nestjs-scopes';
import { asUser, CANARY, DocsApp, guardedDocs } from '../support/docs-app.js';
import { ADAPTERS, listening, start } from '../support/running-app.js';
import type { RunningApp, SetUp } from '../support/running-app.js';

/** How Swagger can be set up, and what of the document it then serves. */
const SET_UPS: readonly (readonly [what: string, path: string, options: SwaggerCustomOptions, served: readonly string[], before?: SetUp])[] = [
  ['nothing else', 'docs', {}, ['/docs', '/docs/', '/docs/index.html', '/docs/swagger-ui-init.js', '/docs-json', '/docs-yaml']],
  ['a path of two segments', '/internal/docs', {}, ['/internal/docs', '/internal/docs/swagger-ui-init.js', '/internal/docs/docs/swagger-ui-init.js', '/internal/docs-json', '/internal/docs-yaml']],
  ['ui: false', 'docs', { ui: false }, ['/docs-json', '/docs-yaml']],
  ['raw: false', 'docs', { raw: false }, ['/docs', '/docs/swagger-ui-init.js']],
  ["raw: ['yaml']", 'docs', { raw: ['yaml'] }, ['/docs', '/docs-yaml']],
  ['URLs of its own', 'docs', { jsonDocumentUrl: 'open.json', yamlDocumentUrl: '/a/open.yaml' }, ['/docs', '/open.json', '/a/open.yaml']],
  ['the global prefix', 'docs', { useGlobalPrefix: true, jsonDocumentUrl: 'open.json' }, ['/api/docs', '/api/docs/swagger-ui-init.js', '/api/open.json', '/api/docs-yaml'], (app) => void app.setGlobalPrefix('api')],
  ['a script', 'docs', { customJs: '/mine.js', customJsStr: `"${CANARY}"`, customCss: `/* ${CANARY} */` }, ['/docs', '/docs/', '/docs-json']],
  ['a document made for each request', 'docs', { patchDocumentOnRequest: (_request, _response, document) => document }, ['/docs/swagger-ui-init.js', '/docs-json', '/docs-yaml']],
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
    const { status, text, headers } = await app.send({ method, path });
    // A HEAD that is let in tells the size and the type.
    const isServed = method === 'HEAD' && status === 200 && served.includes(path);
    if (text.includes(CANARY) || isServed || status >= 500) found.push(`${method} ${path} ${String(status)} ${String(headers['content-type'])}`);
  }
  return found;
}

describe.each(ADAPTERS)('Nobody gets the document past protectDocs, on %s', (adapter) => {
  it.each(SET_UPS)('NST-09: with %s', async (_, path, options, served, before) => {
    const app = await start(DocsApp, adapter, async (nest) => {
      await before?.(nest);
      await guardedDocs(path, options)(nest);
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

  it('NST-09: a request that a client aborts, or repeats on its connection, is asked again', async () => {
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
