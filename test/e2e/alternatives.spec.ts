import { DocumentBuilder } from '@nestjs/swagger';
import { createSecureDocument, describeSecurity } from 'nestjs-scopes';
import { AlternativesApp, asked, EverywhereApp } from '../support/alternatives-app.js';
import { parsedChallenges } from '../support/challenges.js';
import { curl, describeWithCurl } from '../support/digest-programs.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { tokenWith } from '../support/tokens.js';

const BASIC = `Basic ${btoa('jane:secret')}`;

describe.each(ADAPTERS)('Alternatives on %s', (adapter) => {
  let app: RunningApp;
  const send = (path: string, headers: Record<string, string> = {}) => app.send({ path, headers: Object.entries(headers) });
  const bearer = async (scope = '') => ({ Authorization: `Bearer ${await tokenWith(scope)}` });
  beforeAll(async () => {
    app = await start(AlternativesApp, adapter);
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterAll(() => app.close());

  it('lets in whoever meets one of them', async () => {
    expect((await send('/either', await bearer())).json).toEqual({ user: { name: 'johndoe' }, scheme: 'oauth2' });
    expect((await send('/either', { 'X-Key': 'key' })).json).toEqual({ user: { name: 'key', scopes: [] }, scheme: 'apiKey' });
  });

  it('tries them in order, and asks no further than the first that fits', async () => {
    expect((await send('/either', { ...(await bearer()), 'X-Key': 'key' })).json).toMatchObject({ scheme: 'oauth2' });
    expect(asked).toEqual([]);
  });

  it('leaves no trace of one that fails', async () => {
    expect((await send('/either', { Authorization: 'Bearer bad', 'X-Key': 'key' })).json).toEqual({ user: { name: 'key', scopes: [] }, scheme: 'apiKey' });
    expect((await send('/value', { Authorization: `Basic ${btoa('jane:wrong')}`, 'X-Key': 'key' })).json).toEqual({ value: 'key', user: { name: 'key', scopes: [] } });
  });

  it('asks each scheme once, however often it is named', async () => {
    await send('/class/key', { 'X-Key': 'unknown' });
    await send('/pair', { 'X-Key': 'key', Cookie: 'session=key:items' });
    expect(asked).toEqual(['unknown key', 'key', 'key:items']);
  });

  it('answers 401 with the challenge of each, in order, one field line each, which an OAuth client reads', async () => {
    const { status, challenges } = await send('/one-with-scopes');
    expect(status).toBe(401);
    expect(challenges).toEqual(['Bearer realm="api", scope="admin"', 'APIKey realm="api"']);
    expect(await parsedChallenges(challenges)).toEqual([{ scheme: 'bearer', parameters: { realm: 'api', scope: 'admin' } }, { scheme: 'apikey', parameters: { realm: 'api' } }]);
    expect((await send('/both')).challenges).toEqual(['APIKey realm="api"', 'Basic realm="api", charset="UTF-8"']);
    expect((await send('/both', { 'X-Key': 'key' })).challenges).toEqual(['APIKey realm="api"', 'Basic realm="api", charset="UTF-8"']);
  });

  it.each<{ because: string; headers: Record<string, string>; status: number; challenge: string | undefined }>([
    { because: 'a caller who lacks scopes was identified by the second', headers: { 'X-Key': 'key' }, status: 403, challenge: 'APIKey realm="api"' },
    { because: 'being known outweighs credentials that were sent twice', headers: { 'X-Key': 'key', Cookie: 'session=a; session=b' }, status: 403, challenge: 'APIKey realm="api"' },
    { because: 'a store that is down outweighs bad credentials', headers: { Authorization: 'Bearer bad', 'X-Key': 'down' }, status: 503, challenge: undefined },
    { because: 'bad credentials are told as such, beside what may be sent in their place', headers: { Authorization: 'Bearer bad' }, status: 401, challenge: 'Bearer realm="api", error="invalid_token", scope="items"' },
  ])('rule 4: answers $status, as $because', async ({ headers, status, challenge }) => {
    const answer = await send('/scopes', headers);
    expect([answer.status, answer.challenges[0]]).toEqual([status, challenge]);
  });

  it('RFC 6750 §3.1: tells a caller who lacks scopes those of the alternative that identified them', async () => {
    const { status, challenges } = await send('/one-with-scopes', await bearer('me'));
    expect([status, challenges]).toEqual([403, ['Bearer realm="api", error="insufficient_scope", scope="admin"']]);
    expect((await send('/one-with-scopes', { ...(await bearer('me')), 'X-Key': 'key' })).json).toEqual({ scheme: 'apiKey' });
  });

  it('requires scopes beside them of each', async () => {
    expect((await send('/scopes', await bearer('items'))).status).toBe(200);
    expect((await send('/scopes', { 'X-Key': 'key:items' })).status).toBe(200);
    expect((await send('/class/items', { 'X-Key': 'key' })).status).toBe(403);
    expect((await send('/class/items', { 'X-Key': 'key:items' })).status).toBe(200);
  });

  it('does not add up what several callers have', async () => {
    expect((await send('/scopes', { ...(await bearer('me')), 'X-Key': 'key' })).status).toBe(403);
  });

  it('requires all of allOf, and the caller is that of the first', async () => {
    expect((await send('/both', { 'X-Key': 'key', Cookie: 'session=key:items' })).json).toEqual({ scheme: 'apiKey' });
    expect((await send('/both', { Cookie: 'session=key:items' })).status).toBe(401);
    expect((await send('/both', { 'X-Key': 'key', Cookie: 'session=bad' })).status).toBe(401);
    expect((await send('/both', { 'X-Key': 'key', Authorization: BASIC })).json).toEqual({ scheme: 'basic' });
  });

  it('lets an anonymous caller in who sent nothing, and nobody whose credentials are bad', async () => {
    expect((await send('/open')).json).toEqual({ user: null });
    expect((await send('/open', { 'X-Key': 'key' })).json).toMatchObject({ user: { name: 'key' } });
    expect((await send('/open', { Authorization: 'Bearer bad' })).status).toBe(401);
    expect((await send('/open', { 'X-Key': 'bad' })).status).toBe(401);
    expect((await send('/open', { Authorization: 'Basic x', 'X-Key': '' })).status).toBe(200);
  });

  it('hands a parameter the value of the member that fits, of allOf a list, of nobody null', async () => {
    expect((await send('/value', { Authorization: BASIC })).json).toMatchObject({ value: { username: 'jane', password: 'secret' }, user: { name: 'jane' } });
    expect((await send('/value', { 'X-Key': 'key' })).json).toMatchObject({ value: 'key' });
    expect((await send('/pair', { 'X-Key': 'key', Cookie: 'session=key:items' })).json).toEqual({ pair: ['key', 'key:items'] });
    expect((await send('/pair')).json).toEqual({ pair: null });
    expect((await send('/nobody-or')).json).toEqual({ value: null });
    expect((await send('/nobody-or', { Authorization: BASIC })).json).toMatchObject({ value: { username: 'jane' } });
    expect((await send('/pair', { 'X-Key': 'key' })).status).toBe(401);
  });

  it('hands over the value of a member with scopes only where they are what let the caller in', async () => {
    expect((await send('/scoped-value', { 'X-Key': 'key:admin' })).json).toEqual({ value: 'key:admin' });
    expect((await send('/scoped-value', { 'X-Key': 'key', Cookie: 'session=key:items' })).json).toEqual({ value: 'key:items' });
    expect((await send('/scoped-value', { 'X-Key': 'key' })).status).toBe(403);
  });

  it('hands scopes down a tree to each of them', async () => {
    expect((await send('/in-tree', { 'X-Key': 'key:me,items' })).json).toEqual({ caller: 'key: me' });
    expect((await send('/in-tree', { 'X-Key': 'key:items' })).status).toBe(403);
    expect((await send('/in-tree', await bearer('me'))).json).toEqual({ caller: 'eyJh me' });
  });

  it('wants all scopes of one caller where the same alternatives are written twice', async () => {
    expect((await send('/class/twice', { ...(await bearer('items')), 'X-Key': 'key:me,items' })).json).toEqual({ value: 'key:me,items' });
    expect((await send('/class/twice', { ...(await bearer('me')), 'X-Key': 'key:items' })).status).toBe(403);
  });

  it('lets in who meets the alternatives of each place, of which others cannot be sent together', async () => {
    expect((await send('/class/tenant', { 'X-Key': 'key' })).json).toEqual({ value: 'key' });
    expect((await send('/class/tenant', { Authorization: BASIC })).status).toBe(401);
    expect((await send('/class/tenant', { Authorization: BASIC, 'X-Key': 'key' })).json).toMatchObject({ value: { username: 'jane' } });
  });

  it('takes them on a guard, as the default, on a class, and for the whole application', async () => {
    expect((await send('/guarded', { Authorization: BASIC })).json).toMatchObject({ user: { name: 'jane' } });
    expect((await send('/guarded', { 'X-Key': 'key' })).status).toBe(403);
    expect((await send('/default', { ...(await bearer('items')), 'X-Key': 'key' })).json).toEqual({ scheme: 'oauth2' });
    expect((await send('/class', await bearer())).status).toBe(200);
    expect((await send('/class/key', await bearer())).status).toBe(401);
    expect((await send('/class/key', { 'X-Key': 'key' })).json).toEqual({ scheme: 'apiKey' });
    const everywhere = await start(EverywhereApp, adapter);
    expect((await everywhere.get('/')).challenges).toHaveLength(2);
    expect((await everywhere.send({ path: '/', headers: [['Authorization', BASIC]] })).status).toBe(200);
    await everywhere.close();
  });

  it('is documented as it is enforced', () => {
    const document = createSecureDocument(app.app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
    const security = Object.fromEntries(Object.entries(document.paths).map(([path, item]) => [path, item.get?.security]));
    expect(security).toEqual({
      '/either': [{ oauth2: [] }, { apiKey: [] }],
      '/scopes': [{ oauth2: ['items'] }, { apiKey: ['items'] }],
      '/one-with-scopes': [{ oauth2: ['admin'] }, { apiKey: [] }],
      '/both': [{ apiKey: [], session: [] }, { basic: [] }],
      '/open': [{ oauth2: [] }, { apiKey: [] }, {}],
      '/value': [{ basic: [] }, { apiKey: [] }],
      '/scoped-value': [{ apiKey: ['admin'] }, { apiKey: [], session: [] }],
      '/nobody-or': [{ spare: [], other: [] }, { spare: [] }, { other: [] }, { basic: [] }, {}],
      '/pair': [{ apiKey: [], session: [] }, {}],
      '/in-tree': [{ oauth2: ['me'] }, { apiKey: ['me'] }],
      '/guarded': [{ basic: ['items'] }, { apiKey: ['items'] }],
      '/default': [{ apiKey: ['items'] }, { oauth2: ['items'] }],
      '/public': undefined,
      '/class': [{ oauth2: [] }, { apiKey: [] }],
      '/class/items': [{ oauth2: ['items'] }, { apiKey: ['items'] }],
      '/class/twice': [{ oauth2: ['items', 'me'] }, { apiKey: ['items', 'me'] }],
      '/class/tenant': [{ oauth2: [], basic: [] }, { oauth2: [], apiKey: [] }, { apiKey: [], basic: [] }, { apiKey: [] }],
      '/class/key': [{ oauth2: [], apiKey: [] }, { apiKey: [] }],
    });
    expect(document.paths['/open']?.get?.responses).toHaveProperty('401');
    expect(describeSecurity(app.app).find(({ path }) => path === '/either')?.sources).toEqual([
      { level: 'method', declaredBy: 'AlternativesController.either', decorator: '@Security', scheme: 'anyOf(oauth2, apiKey)', scopes: [] },
    ]);
  });
});

describeWithCurl().each(ADAPTERS)('Alternatives for curl on %s', (adapter) => {
  it('are field lines of which it picks the one that it has a user for', async () => {
    const app = await start(AlternativesApp, adapter);
    const url = `http://127.0.0.1:${String(app.port)}/both`;
    expect(await curl({ name: 'jane', password: 'secret' }, [url], ['--anyauth'])).toEqual([{ status: 200, json: { scheme: 'basic' } }]);
    await app.close();
  });
});
