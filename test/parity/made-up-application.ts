import type { Application, Use, Vector } from './declaration.js';

const BEARER: Use = { name: 'bearer', kind: 'depends', ref: 'bearer' };
const KEY: Use = { name: 'key', kind: 'depends', ref: 'key' };

/** An application that no recorded one is like: nested routers, alternatives, typed parameters, a route of another path. */
export const MADE_UP: Application = {
  id: 'made_up',
  app: {
    schemes: {
      bearer: { class: 'HTTPBearer', args: { auto_error: false } },
      key: { class: 'APIKeyHeader', args: { name: 'X-Key', auto_error: false } },
      stamp: { class: 'APIKeyQuery', args: { name: 'stamp' } },
      oauth: { class: 'OAuth2PasswordBearer', args: { tokenUrl: 'token', scopes: { a: 'A' } } },
    },
    routes: [
      { method: 'GET', path: '/either', params: [BEARER, KEY], returns: { by: { $first_non_null: ['bearer', 'key'] } } },
      { method: 'GET', path: '/list/', returns: { calls: { $calls: true } } },
    ],
    routers: [
      { id: 'outer', prefix: '/outer', dependencies: [{ name: '_', kind: 'depends', ref: 'stamp' }] },
      {
        id: 'inner',
        prefix: '/inner',
        dependencies: [{ name: '_', kind: 'security', ref: 'oauth', scopes: ['a'] }],
        routes: [{ method: 'GET', path: '/things/{id}', params: [{ name: 'id', kind: 'query', type: 'int', required: true }], returns: { id: { $param: 'id' } } }],
      },
    ],
    includes: [{ into: 'outer', router: 'inner' }, { into: 'app', router: 'outer', prefix: '/v1' }],
  },
  openapi: {
    components: {
      securitySchemes: {
        HTTPBearer: { type: 'http', scheme: 'bearer' },
        APIKeyHeader: { type: 'apiKey', in: 'header', name: 'X-Key' },
        APIKeyQuery: { type: 'apiKey', in: 'query', name: 'stamp' },
        OAuth2PasswordBearer: { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: { a: 'A' } } } },
      },
    },
    operations: {
      'GET /either': { security: [{ HTTPBearer: [] }, { APIKeyHeader: [] }] },
      'GET /list/': { security: null },
      'GET /v1/outer/inner/things/{id}': { security: [{ APIKeyQuery: [] }, { OAuth2PasswordBearer: ['a'] }] },
    },
  },
  vectors: [
    vector('either by key', '/either', [['X-Key', 'k']], 200, { by: { from: 'key', value: 'k' } }),
    vector('either by a bad token', '/either', [['Authorization', 'Bearer not good'], ['X-Key', 'k']], 200, { by: { from: 'bearer', value: { scheme: 'Bearer', credentials: 'not good' } } }),
    vector('either by two tokens', '/either?access_token=t', [['Authorization', 'Bearer t']], 200, { by: { from: 'bearer', value: { scheme: 'Bearer', credentials: 't' } } }),
    vector('either by two keys', '/either', [['X-Key', 'k'], ['x-key', 'l']], 200, { by: { from: 'key', value: 'k' } }),
    { ...vector('list without its slash', '/list', [], 307), response: { status: 307, headers: { location: 'http://localhost/list/' } } },
    vector('thing', '/v1/outer/inner/things/7?stamp=s', [['Authorization', 'Bearer t']], 200, { id: 7 }),
    vector('thing without a stamp', '/v1/outer/inner/things/7', [['Authorization', 'Bearer t']], 401, { detail: 'Not authenticated' }, 'APIKey'),
    vector('thing without a token', '/v1/outer/inner/things/7?stamp=s', [], 401, { detail: 'Not authenticated' }, 'Bearer'),
    vector('thing by a bad number', '/v1/outer/inner/things/x?stamp=s', [['Authorization', 'Bearer t']], 422, { detail: [{ loc: ['path', 'id'] }] }),
    vector('thing by a bad number, without a token', '/v1/outer/inner/things/x?stamp=s', [], 401, { detail: 'Not authenticated' }, 'Bearer'),
  ],
};

function vector(id: string, path: string, headers: Vector['request']['headers'], status: number, json?: object, challenge?: string): Vector {
  return { id, request: { method: 'GET', path, headers }, response: { status, json, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } } };
}
