import type { Application, RecordedResponse, SentRequest, Use } from './declaration.js';

const use = (name: string, ref: string, more: Partial<Use> = {}): Use => ({ name, kind: 'depends', ref, ...more });
const SCOPES: Use = { name: 'scopes', kind: 'security_scopes' };
const TOKEN: SentRequest['headers'] = [['Authorization', 'Bearer t']];
const event = (dep: string, n: number, scopes?: readonly string[]): object => ({ dep, n, ...(scopes !== undefined && { scopes }) });

/** An application of functions that no recorded one is like, with what FastAPI's semantics say of it. */
export const WITH_FUNCTIONS: Application = {
  id: 'with_functions',
  app: {
    schemes: { bearer: { class: 'HTTPBearer' }, key: { class: 'APIKeyHeader', args: { name: 'X-Key' }, trace: true } },
    dependencies: {
      first: { trace: true, returns: { n: { $n: true } } },
      leaf: { trace: true, params: [SCOPES, use('token', 'bearer')], returns: { scopes: { $scopes: 'scopes' }, text: { $scope_str: 'scopes' } } },
      middle: { trace: true, params: [use('leaf', 'leaf', { kind: 'security', scopes: ['m'] })], returns: { $param: 'leaf' } },
      paged: { params: [{ name: 'page', kind: 'query', type: 'int', required: true }], returns: { page: { $param: 'page' } } },
      refusing: { checks: [{ always: true, status: 418, detail: 'no', headers: { 'WWW-Authenticate': 'Tea', 'X-Extra': '1' } }], returns: 1 },
      original: { returns: 'original' },
      replacing: { trace: true, params: [SCOPES], returns: { instead: { $scopes: 'scopes' } } },
    },
    overrides: { original: 'replacing' },
    app: { dependencies: [use('_', 'first')] },
    routes: [
      { method: 'GET', path: '/list', dependencies: [use('_', 'first', { use_cache: false })], params: [use('one', 'first')], returns: { one: { $param: 'one' }, calls: { $calls: true } } },
      { method: 'GET', path: '/duplicates', params: [use('m', 'middle', { kind: 'security', scopes: ['m', 'a'] })], returns: { $param: 'm' } },
      { method: 'GET', path: '/handler', params: [SCOPES, use('m', 'middle', { kind: 'security', scopes: ['a'] })], returns: { here: { $scopes: 'scopes' }, m: { $param: 'm' } } },
      { method: 'GET', path: '/order', dependencies: [use('_', 'key')], params: [use('m', 'middle')], returns: { trace: { $trace: true } } },
      { method: 'GET', path: '/refusing', dependencies: [use('_', 'refusing'), use('_', 'key')], returns: 1 },
      { method: 'GET', path: '/paged', params: [use('page', 'paged'), use('m', 'middle')], returns: { $param: 'page' } },
      { method: 'GET', path: '/overridden', params: [use('o', 'original', { kind: 'security', scopes: ['a'] })], returns: { $param: 'o' } },
    ],
  },
  openapi: {
    components: { securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer' }, APIKeyHeader: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
    operations: {
      'GET /list': { security: null },
      'GET /duplicates': { security: [{ HTTPBearer: ['m', 'a'] }] },
      'GET /handler': { security: [{ HTTPBearer: ['a', 'm'] }] },
      'GET /order': { security: [{ APIKeyHeader: [] }, { HTTPBearer: ['m'] }] },
      'GET /refusing': { security: [{ APIKeyHeader: [] }] },
      'GET /paged': { security: [{ HTTPBearer: ['m'] }] },
      'GET /overridden': { security: null },
    },
  },
  vectors: [
    vector('twice in a list', '/list', [], 200, { one: { n: 1 }, calls: { first: 1 } }),
    vector('asked for twice', '/duplicates', TOKEN, 200, { scopes: ['m', 'a', 'm'], text: 'm a m' }),
    vector('handler with scopes', '/handler', TOKEN, 200, { here: [], m: { scopes: ['a', 'm'], text: 'a m' } }),
    vector('order', '/order', [...TOKEN, ['X-Key', 'k']], 200, { trace: [event('first', 1), event('key', 1), event('leaf', 1, ['m']), event('middle', 1)] }),
    vector('the list comes before the parameters', '/order', [], 401, { detail: 'Not authenticated' }, { 'www-authenticate': 'APIKey' }),
    vector('a function comes before a scheme', '/refusing', [], 418, { detail: 'no' }, { 'www-authenticate': 'Tea', 'x-extra': '1' }),
    vector('a query that does not fit', '/paged?page=x', TOKEN, 422, { detail: [{ loc: ['query', 'page'] }] }),
    vector('a query that does not fit, without a token', '/paged?page=x', [], 401, { detail: 'Not authenticated' }, { 'www-authenticate': 'Bearer' }),
    vector('a query that fits', '/paged?page=3', TOKEN, 200, { page: 3 }),
    vector('overridden', '/overridden', [], 200, { instead: ['a'] }),
    vector('a bad token in a tree', '/handler', [['Authorization', 'Bearer not good']], 200, { here: [], m: { scopes: ['a', 'm'], text: 'a m' } }),
  ],
};

function vector(id: string, path: string, headers: SentRequest['headers'], status: number, json: unknown, answered: RecordedResponse['headers'] = {}): Application['vectors'][number] {
  return { id, request: { method: 'GET', path, headers }, response: { status, json, headers: answered } };
}
