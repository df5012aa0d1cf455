import { Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HTTPBearer } from 'nestjs-scopes';
import { actingAs } from 'nestjs-scopes/testing';
import type { ActingCaller, ActingCredentials } from 'nestjs-scopes/testing';
import { apiKey, basic, ContractApp, digest, oauth2, opaque, queryKey, session, takeRan } from '../support/contract-app.js';
import { ADAPTERS, httpAdapter, start } from '../support/running-app.js';
import type { RunningApp, TestResponse } from '../support/running-app.js';
import { tokenWith } from '../support/tokens.js';

const USER = { name: 'johndoe' };

describe.each(ADAPTERS)('actingAs on %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => { running = await start(ContractApp, adapter); });
  afterAll(() => running.close());

  const send = (path: string, { headers, query }: ActingCredentials, method = 'GET', to = running): Promise<TestResponse> => {
    const search = new URLSearchParams(query).toString();
    return to.send({ method, path: search === '' ? path : `${path}?${search}`, headers: Object.entries(headers), ...(method !== 'GET' && { body: '' }) });
  };

  it('makes a caller of the default scheme, with user, scopes and claims', async () => {
    const caller = actingAs(running.app, { user: USER, scopes: ['me', 'items'], claims: { jti: 'id-1' } });
    const { status, json } = await send('/items/mine', caller);
    expect({ status, json }).toEqual({ status: 200, json: { user: USER, scopes: ['me', 'items'], scheme: 'oauth2', claims: { jti: 'id-1' } } });
  });

  it('leaves what the route requires as it is', async () => {
    const { status, challenges } = await send('/items', actingAs(running.app, { user: USER, scopes: ['me'] }));
    expect(status).toBe(403);
    expect(challenges).toEqual(['Bearer realm="api", error="insufficient_scope", scope="me items"']);
  });

  it('grants nothing unless it is told to', async () => {
    expect((await send('/items', actingAs(running.app, { user: USER }))).status).toBe(403);
    expect((await send('/account', actingAs(running.app, { user: USER }))).status).toBe(200);
  });

  it.each([
    { scheme: apiKey, path: '/key', scopes: ['report'], carried: { headers: { 'x-api-key': expect.any(String) }, query: {} } },
    { scheme: queryKey, path: '/query', scopes: [], carried: { headers: {}, query: { api_key: expect.any(String) } } },
    { scheme: session, path: '/cookie', scopes: [], method: 'POST', carried: { headers: { cookie: expect.stringMatching(/^session=./) }, query: {} } },
    { scheme: basic, path: '/basic', scopes: [], carried: { headers: { authorization: expect.stringMatching(/^basic ./i) }, query: {} } },
    { scheme: digest, path: '/digest', scopes: [], carried: { headers: { authorization: expect.stringMatching(/^digest ./i) }, query: {} } },
  ])('makes a caller of $scheme.name, without asking its strategy', async ({ scheme, path, scopes, method, carried }) => {
    const caller = actingAs(running.app, { user: USER, scopes, scheme });
    expect(caller).toEqual(carried);
    takeRan();
    const { json } = await send(path, caller, method);
    expect(json).toEqual({ user: USER });
    expect(takeRan()).toEqual(['handler']);
  });

  it('makes a caller of two schemes out of two', async () => {
    const [user, client] = [actingAs(running.app, { user: USER, scopes: ['me'] }), actingAs(running.app, { user: { name: 'client' }, scopes: ['report'], scheme: apiKey })];
    expect((await send('/both', { headers: { ...user.headers, ...client.headers }, query: {} })).json).toEqual({ user: USER });
    expect((await send('/both', user)).status).toBe(401);
  });

  it('keeps callers apart', async () => {
    const [one, other] = ['one', 'other'].map((name) => actingAs(running.app, { user: { name }, scopes: ['me', 'items'] })) as [ActingCredentials, ActingCredentials];
    expect((await send('/items', one)).json).toEqual({ user: { name: 'one' } });
    expect((await send('/items', other)).json).toEqual({ user: { name: 'other' } });
  });

  it('leaves all other credentials to the strategies, those of the same scheme too', async () => {
    actingAs(running.app, { user: USER, scopes: ['me', 'items'] });
    expect((await running.get('/items', await tokenWith('me items'))).json).toEqual({ user: { name: 'johndoe' } });
    expect((await running.get('/items', 'no-token')).status).toBe(401);
    takeRan();
    expect((await running.send({ path: '/key', headers: [['X-API-Key', 'no key']] })).status).toBe(401);
    expect(takeRan()).toEqual(['KeyStrategy']);
  });

  it('stands for its own scheme alone', async () => {
    const { headers } = actingAs(running.app, { user: USER, scopes: ['report'], scheme: apiKey });
    const key = String(headers['x-api-key']);
    expect((await send('/query', { headers: {}, query: { api_key: key } })).status).toBe(401);
    expect((await running.get('/items/mine', key)).status).toBe(401);
  });

  it('is unknown to another application of the same module', async () => {
    const other = await start(ContractApp, adapter);
    try {
      const caller = actingAs(running.app, { user: USER, scopes: ['me', 'items'] });
      expect((await send('/items', caller, 'GET', other)).status).toBe(401);
      expect((await send('/items', caller)).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it('can be asked for before the application is initialised', async () => {
    const app = await NestFactory.create(ContractApp, httpAdapter(adapter), { logger: false });
    const caller = actingAs(app, { user: USER, scopes: ['me', 'items'] });
    await app.listen(0, '127.0.0.1');
    try {
      const answer = await fetch(`${await app.getUrl()}/items`, { headers: caller.headers });
      expect(await answer.json()).toEqual({ user: USER });
    } finally {
      await app.close();
    }
  });

  it.each([
    { title: 'a scheme that is not registered', caller: { user: USER, scheme: new HTTPBearer() }, message: /actingAs \[scheme-not-registered\]: the scheme HTTPBearer is not registered/ },
    { title: 'a scheme without a strategy', caller: { user: USER, scheme: opaque }, message: /actingAs \[scheme-without-strategy\]: opaque has no strategy.*\n +Mend: .*overrideProvider/ },
    { title: 'a scope that does not exist', caller: { user: USER, scopes: ['itmes'], scheme: oauth2 }, message: /actingAs \[unknown-scope\]: the scope "itmes" does not exist \(oauth2 declares me, items, admin\)/ },
    { title: 'scopes in one text', caller: { user: USER, scopes: ['me items'] }, message: /^actingAs: "me items" is not a scope/ },
    { title: 'no user', caller: { user: null, scopes: [] }, message: /^actingAs: the user is missing/ },
    { title: 'the name of a scheme', caller: { user: USER, scheme: 'oauth2' as never }, message: /^actingAs: the scheme is of type string/ },
    { title: 'an option that does not exist', caller: { user: USER, scope: ['me'] } as ActingCaller, message: /^actingAs: scope is not an option/ },
  ])('refuses $title', ({ caller, message }) => {
    expect(() => actingAs(running.app, caller)).toThrow(message);
  });

  it('refuses an application without AuthModule', async () => {
    @Module({})
    class EmptyModule {}
    const app: INestApplication = await NestFactory.create(EmptyModule, httpAdapter(adapter), { logger: false });
    expect(() => actingAs(app, { user: USER })).toThrow(/AuthModule is not imported/);
    await app.close();
  });
});
