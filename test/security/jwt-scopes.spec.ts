import { claims, header, jws } from '../support/hostile-tokens.js';
import { expectInsufficientScope, JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const GRANTS_NOTHING = [
  { scope: undefined, because: 'the token has no scopes' },
  { scope: null, because: 'it is not a text' },
  { scope: '', because: 'it names none' },
  { scope: ['me'], because: 'it is not a text (RFC 8693 §4.2)' },
  { scope: { me: true }, because: 'it is not a text' },
  { scope: 5, because: 'it is not a text' },
  { scope: true, because: 'it is not a text' },
  { scope: 'ME', because: 'scopes have case (RFC 6749 §3.3)' },
  { scope: 'me2', because: 'it is another scope' },
  { scope: 'me:items', because: 'it is another scope' },
  { scope: 'items,me', because: 'a comma separates nothing' },
  { scope: 'me\titems', because: 'a tab separates nothing' },
  { scope: 'me\nitems', because: 'a newline separates nothing' },
  { scope: 'me\u00A0items', because: 'a no-break space separates nothing' },
  { scope: 'me items\u00A0', because: 'a no-break space stands in no scope' },
  { scope: 'me "items"', because: 'a quote stands in no scope' },
  { scope: 'me i\\tems', because: 'a backslash stands in no scope' },
  { scope: 'me  items', because: 'single spaces separate scopes' },
  { scope: ' me', because: 'single spaces separate scopes' },
  { scope: 'me ', because: 'single spaces separate scopes' },
  { scope: 'me \u0000', because: 'a NUL stands in no scope' },
  { scope: 'me caf\u00E9', because: 'scopes are ASCII' },
  { scope: 'm\u200Be', because: 'an invisible character makes another text' },
];

const GRANTS = [
  { path: 'eddsa', what: { scope: 'me' }, scopes: ['me'], because: 'it names it' },
  { path: 'eddsa', what: { scope: 'items me' }, scopes: ['items', 'me'], because: 'the order counts for nothing (RFC 6749 §3.3)' },
  { path: 'eddsa', what: { scope: 'me me' }, scopes: ['me'], because: 'once is enough' },
  { path: 'eddsa', what: { scope: undefined, scp: 'items me' }, scopes: ['items', 'me'], because: 'some providers send scp as a text' },
  { path: 'eddsa', what: { scope: undefined, scp: ['items', 'me'] }, scopes: ['items', 'me'], because: 'some providers send scp as a list' },
  { path: 'rfc9068', what: { scope: 'items me' }, scopes: ['items', 'me'], because: 'RFC 9068 §2.2.3 has a text' },
  { path: 'permissions', what: { scope: undefined, permissions: ['me'] }, scopes: ['me'], because: 'the options name this claim' },
];

const OTHER_CLAIMS = [
  { path: 'eddsa', what: { scope: 'items', scp: 'me' }, because: 'scope is there, and comes first' },
  { path: 'eddsa', what: { scope: undefined, scp: ['me items'] }, because: 'a member of the list with a space is not a scope' },
  { path: 'eddsa', what: { scope: undefined, scp: ['me', 5] }, because: 'a member of the list is not a text' },
  { path: 'eddsa', what: { scope: undefined, scp: [['me']] }, because: 'a member of the list is a list' },
  { path: 'eddsa', what: { scope: undefined, scp: { 0: 'me', length: 1 } }, because: 'it is not a list' },
  { path: 'eddsa', what: { scope: undefined, scp: ['me', ''] }, because: 'a member of the list is empty' },
  { path: 'eddsa', what: { scope: undefined, scp: ['me', 'it"ems'] }, because: 'a quote stands in no scope' },
  { path: 'eddsa', what: { scope: undefined, scp: ['me', 'it\u00A0ems'] }, because: 'a no-break space stands in no scope' },
  { path: 'eddsa', what: { scope: undefined, scp: 'me\titems' }, because: 'a tab separates nothing' },
  { path: 'eddsa', what: { scope: undefined, scp: 'me\u00A0items' }, because: 'a no-break space separates nothing' },
  { path: 'eddsa', what: { scope: undefined, scp: 5 }, because: 'it is neither a text nor a list' },
  { path: 'eddsa', what: { scope: null, scp: 'me' }, because: 'scope is there, and comes first' },
  { path: 'eddsa', what: { scope: ['me'], scp: 'me' }, because: 'scope is there, and comes first' },
  { path: 'eddsa', what: { scope: undefined, scopes: 'me' }, because: 'the claim has another name' },
  { path: 'eddsa', what: { scope: undefined, permissions: ['me'] }, because: 'the claim has another name' },
  { path: 'rfc9068', what: { scope: undefined, scp: 'me' }, because: 'RFC 9068 §2.2.3 has scope only' },
  { path: 'rfc9068', what: { scope: undefined, scp: ['me'] }, because: 'RFC 9068 §2.2.3 has scope only' },
  { path: 'permissions', what: { scope: 'me' }, because: 'the options name another claim' },
];

const POLLUTING = [
  { what: '__proto__', text: '"__proto__":{"polluted":"yes","scope":"admin"}' },
  { what: 'constructor', text: '"constructor":{"prototype":{"polluted":"yes"}}' },
  { what: 'prototype', text: '"prototype":{"polluted":"yes"}' },
  { what: '__proto__ in a claim', text: '"act":{"__proto__":{"polluted":"yes"}}' },
];

describe.each(ADAPTERS)('scopes of tokens on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(JwtApp.register(), adapter);
  });
  afterAll(() => app.close());

  it.each(GRANTS_NOTHING)('JWT-20, RFC 9068 §2.2.3: answers 403 insufficient_scope when scope is $scope, because $because', async ({ scope }) => {
    expectInsufficientScope(await app.get('/rfc9068', jws(header(), claims({ scope }))));
  });

  it.each(OTHER_CLAIMS)('JWT-20: answers 403 insufficient_scope at /$path to a token with $what, because $because', async ({ path, what }) => {
    expectInsufficientScope(await app.get(`/${path}`, jws(header(), claims(what))));
  });

  it.each(GRANTS)('JWT-20: grants $scopes at /$path to a token with $what, because $because', async ({ path, what, scopes }) => {
    const { status, json } = await app.get(`/${path}`, jws(header(), claims(what)));
    expect({ status, scopes: json.scopes }).toEqual({ status: 200, scopes });
  });

  it.each(POLLUTING)('JWT-21: accepts a token with $what in its claims, which changes no other object', async ({ text }) => {
    const { status, json } = await app.get('/eddsa', jws(header(), JSON.stringify(claims()).replace('{', `{${text},`)));
    expect({ status, scopes: json.scopes, polluted: json.polluted }).toEqual({ status: 200, scopes: ['me'], polluted: null });
  });

  it.each(['{"scope":"me"}', '{"scp":"me"}', '{"scp":["me"]}'])('JWT-21: scopes that only a __proto__ member %s has are not granted', async (inherited) => {
    const text = JSON.stringify(claims({ scope: undefined })).replace('{', `{"__proto__":${inherited},`);
    expectInsufficientScope(await app.get('/eddsa', jws(header(), text)));
  });

  it('JWT-21: the claims that a handler gets are frozen throughout, and inherit nothing; so is the principal', async () => {
    expect((await app.get('/eddsa', jws(header(), claims({ act: { sub: 'a', roles: [{ of: {} }] } })))).json.isHardened).toBe(true);
  });
});
