import type { INestApplication } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { actingAs, assertSecurityContract } from 'nestjs-scopes/testing';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import { ContractApp, takeRan } from '../support/contract-app.js';
import { ADAPTERS, httpAdapter, start } from '../support/running-app.js';
import type { RunningApp, TestRequest } from '../support/running-app.js';
import { tokenWith } from '../support/tokens.js';

const documentOf = (app: INestApplication): OpenAPIObject => createSecureDocument(app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());

/** A document that is wrong, so that the test of it fails. */
function wrong(document: OpenAPIObject): OpenAPIObject {
  return { ...document, paths: { ...document.paths, '/gone': { get: { responses: {} } } } };
}

/** Asks again and again, until there is something. */
async function waitFor<Value>(ask: () => Value | undefined): Promise<Value> {
  for (;;) {
    const value = ask();
    if (value !== undefined) return value;
    await new Promise(setImmediate);
  }
}

/** What each part of an application holds by itself: a method that was put before that of its class would show. */
function ownNames(app: INestApplication): readonly (readonly PropertyKey[])[] {
  const instances = [...app.get(ModulesContainer).values()].flatMap(({ providers }) => [...providers.values()].map(({ instance }) => instance));
  return instances.map((instance) => (typeof instance === 'object' && instance !== null ? Reflect.ownKeys(instance) : []));
}

describe.each(ADAPTERS)('beside assertSecurityContract on %s', (adapter) => {
  let running: RunningApp;
  /** The requests that the application gets, as they could be sent again. */
  const seen: TestRequest[] = [];
  /** The hosts and ports they were sent to. */
  const hosts = new Set<string>();

  beforeAll(async () => {
    running = await start(ContractApp, adapter, (app) => {
      app.use(({ method = '', url = '', rawHeaders, headers }: IncomingMessage, _response: unknown, next: () => void) => {
        const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
        seen.push({ method, path: url, headers: lines.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase())) });
        hosts.add(headers.host ?? '');
        next();
      });
    });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    seen.length = 0;
    hosts.clear();
    takeRan();
  });

  const statuses = (requests: readonly TestRequest[]) => Promise.all(requests.map(async (request) => (await running.send(request)).status));
  /** What the contract sent with good credentials and others, to a route that nobody gets into without. */
  const sentTo = (path: string): readonly TestRequest[] => [...seen].filter((request) => request.path.startsWith(path));

  it('the strategies are the real ones again when it ends', async () => {
    await assertSecurityContract(running.app, documentOf(running.app));
    const sent = sentTo('/query');
    expect(sent.length).toBeGreaterThan(5);
    expect(new Set(await statuses(sent))).toEqual(new Set([401]));
    expect(takeRan()).toContain('KeyStrategy');
    expect((await running.get('/items', await tokenWith('me items'))).status).toBe(200);
    expect(takeRan()).toEqual(['handler']);
  });

  it('the strategies are the real ones again when it fails', async () => {
    await expect(assertSecurityContract(running.app, wrong(documentOf(running.app)))).rejects.toThrow('GET /gone: the document has it, the application does not');
    expect(new Set(await statuses(sentTo('/query')))).toEqual(new Set([401]));
    expect((await running.get('/items', await tokenWith('me items'))).status).toBe(200);
    expect(takeRan()).toContain('handler');
  });

  it.each([
    { title: 'it ends', documentFor: documentOf },
    { title: 'it fails', documentFor: (app: INestApplication) => wrong(documentOf(app)) },
  ])('no part of the application is another one when $title, and nobody listens on its port', async ({ documentFor }) => {
    const app = await NestFactory.create(ContractApp, httpAdapter(adapter), { logger: false });
    await app.init();
    try {
      const before = ownNames(app);
      await assertSecurityContract(app, documentFor(app)).catch(() => undefined);
      expect(ownNames(app)).toEqual(before);
    } finally {
      await app.close();
    }
    await assertSecurityContract(running.app, documentFor(running.app)).catch(() => undefined);
    const [host] = hosts;
    expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
    await expect(fetch(`http://${String(host)}/public`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('nobody else is answered on its port while it runs', async () => {
    const contract = assertSecurityContract(running.app, documentOf(running.app));
    await running.get('/public');
    const stranger = await waitFor(() => [...hosts].find((host) => host.startsWith('127.0.0.1:')));
    await expect(fetch(`http://${stranger}/public`)).rejects.toThrow();
    expect(takeRan()).toEqual(['handler']);
    await contract;
  });

  it('ordinary requests are judged by the real strategies while it runs, even those that repeat its own', async () => {
    const token = await tokenWith('me items');
    const state = { isOver: false };
    const contract = assertSecurityContract(running.app, documentOf(running.app)).finally(() => { state.isOver = true; });
    const repeated: number[] = [];
    const served: number[] = [];
    while (!state.isOver) {
      served.push((await running.get('/items', token)).status);
      repeated.push(...(await statuses(sentTo('/query?api_key=').slice(0, 1))));
    }
    await contract;
    expect(served.length).toBeGreaterThan(5);
    expect(new Set(served)).toEqual(new Set([200]));
    expect(new Set(repeated)).toEqual(new Set([401]));
    const ran = takeRan();
    expect(ran.filter((what) => what === 'handler')).toHaveLength(served.length);
    expect(ran).toContain('KeyStrategy');
  });

  it('two may run at once, the one that ends first leaving the other as it is', async () => {
    const document = documentOf(running.app);
    const short = { ...document, paths: { '/items': document.paths['/items'] ?? {} } };
    await expect(Promise.all([assertSecurityContract(running.app, document), assertSecurityContract(running.app, short)])).resolves.toMatchObject([{ operations: 17 }, { operations: 1 }]);
    expect(takeRan()).toEqual([]);
    expect((await running.get('/items', await tokenWith('me items'))).status).toBe(200);
  });

  it('callers of actingAs are let in to handlers, before, meanwhile and after', async () => {
    const { headers } = actingAs(running.app, { user: { name: 'johndoe' }, scopes: ['me', 'items'] });
    const request = { path: '/items', headers: Object.entries(headers) };
    const contract = assertSecurityContract(running.app, documentOf(running.app));
    expect(await statuses([request])).toEqual([200]);
    await contract;
    expect(await statuses([request])).toEqual([200]);
    expect(takeRan()).toEqual(['handler', 'handler']);
  });

  it.each(['before', 'after'])('an application that does not listen, tested %s init(), does not listen afterwards, and can', async (when) => {
    const app = await NestFactory.create(ContractApp, httpAdapter(adapter), { logger: false });
    const server = app.getHttpServer() as Server;
    try {
      if (when === 'after') await app.init();
      await expect(assertSecurityContract(app, documentOf(app))).resolves.toMatchObject({ operations: 17 });
      expect(server.listening).toBe(false);
      await app.listen(0, '127.0.0.1');
      expect((await fetch(`${await app.getUrl()}/items`)).status).toBe(401);
    } finally {
      await app.close();
    }
  });

  it('an application that listens goes on listening', async () => {
    await assertSecurityContract(running.app, documentOf(running.app));
    expect((running.app.getHttpServer() as Server).listening).toBe(true);
    expect((await running.get('/public')).status).toBe(200);
  });
});
