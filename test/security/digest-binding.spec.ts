import { expectRefused, expectUser, REALM, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { quoted, responseOf } from '../support/digest-client.js';
import { deviated } from '../support/digest-deviation.js';
import type { Deviation } from '../support/digest-deviation.js';
import { ADAPTERS } from '../support/running-app.js';

const REFUSED: readonly Deviation[] = [
  { what: 'another realm', written: { realm: '"other"' }, because: 'these credentials are for there' },
  { what: 'another realm, hashed too', offer: { realm: 'other' }, because: 'what is stored is of this realm' },
  { what: 'the realm in another case', written: { realm: quoted(REALM.toUpperCase()) }, because: 'a realm is compared with case' },
  { what: 'no realm', written: { realm: undefined }, because: 'it is required (RFC 7616 §3.4)' },
  { what: 'another opaque', written: { opaque: '"other"' }, because: 'the client sends it unchanged (RFC 7616 §3.4)' },
  { what: 'no opaque', written: { opaque: undefined }, because: 'the client sends it unchanged (RFC 7616 §3.4)' },
  { what: 'the response to another path', call: { uri: '/api/reads' }, because: 'it is for that path only' },
  { what: 'the uri of another path, with the response to this one', written: { uri: '"/api/reads"' }, because: 'both must be of this request' },
  { what: 'the path without the prefix', call: { uri: '/me' }, because: 'the target is as it was sent' },
  { what: 'an absolute uri', call: { uri: 'http://localhost/api/me' }, because: 'the target is as it was sent (RFC 7616 §3.4)' },
  { what: 'a slash more', call: { uri: '/api/me/' }, because: 'the target is as it was sent' },
  { what: 'the path in another case', call: { uri: '/API/me' }, because: 'the target is as it was sent' },
  { what: 'the path in another encoding', call: { uri: '/api/m%65' }, because: 'the target is as it was sent' },
  { what: 'an empty uri', call: { uri: '' }, because: 'it is no target' },
  { what: 'no uri', written: { uri: undefined }, because: 'it is required (RFC 7616 §3.4)' },
  { what: 'the response to a query', call: { uri: '/api/me?a=1' }, because: 'this request has none' },
  { what: 'the response to no query', request: { path: '/api/me?a=1' }, because: 'the query is part of the target' },
  { what: 'the response to an empty query', call: { uri: '/api/me?' }, because: 'the target is as it was sent' },
  { what: 'the response to another value', call: { uri: '/api/me?a=1' }, request: { path: '/api/me?a=2' }, because: 'the query is part of the target' },
  { what: 'the response to another order', call: { uri: '/api/me?a=1&b=2' }, request: { path: '/api/me?b=2&a=1' }, because: 'the target is as it was sent' },
  { what: 'the response to a part of the query', call: { uri: '/api/me?a=1' }, request: { path: '/api/me?a=1&b=2' }, because: 'the query is part of the target' },
  { what: 'no response', written: { response: undefined }, because: 'it is required (RFC 7616 §3.4)' },
  { what: 'an empty response', written: { response: '""' }, because: 'it proves nothing' },
  { what: 'a response that is too short', written: { response: `"${'0'.repeat(63)}"` }, because: 'it is no hash' },
  { what: 'a response that is too long', written: { response: `"${'0'.repeat(65)}"` }, because: 'it is no hash' },
  { what: 'a response of other letters', written: { response: `"${'g'.repeat(64)}"` }, because: 'it is no hash' },
  { what: 'a response of letters that are two bytes', written: { response: `"${'\xE9'.repeat(64)}"` }, because: 'it is no hash' },
  { what: 'no username', written: { username: undefined }, because: 'it is required (RFC 7616 §3.4)' },
];

/** What looks right, and whose response is not. */
const WRONG: readonly Deviation[] = [
  { what: 'the response to POST', call: { method: 'POST' }, request: { method: 'GET' }, because: 'the method is hashed (RFC 7616 §3.4.3)' },
  { what: 'the response to GET with POST', call: { uri: '/api/notes' }, request: { method: 'POST', path: '/api/notes', body: '' }, because: 'the method is hashed (RFC 7616 §3.4.3)' },
  { what: 'the response to get', call: { method: 'get' }, request: { method: 'GET' }, because: 'methods have case (RFC 9110 §9.1)' },
  { what: 'another nonce than the hashed one', written: { nonce: '"other"' }, because: 'the nonce is hashed' },
  { what: 'another cnonce than the hashed one', written: { cnonce: '"other"' }, because: 'the cnonce is hashed' },
  { what: 'another count than the hashed one', written: { nc: '00000002' }, because: 'the count is hashed' },
  { what: 'a count in another case than the hashed one', call: { nc: '0000000a' }, written: { nc: '0000000A' }, because: 'it is hashed as it was sent' },
  { what: 'another user than the hashed one', call: { name: 'J\u00E4s\u00F8n Doe' }, written: { username: '"Mufasa"' }, because: 'the name is hashed' },
  { what: 'a response with another last digit', written: (call) => ({ response: quoted(responseOf(call).replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))) }), because: 'all of it counts' },
];

const TAKEN: readonly Deviation[] = [
  { what: 'a query', call: { uri: '/api/me?a=1&b=2' }, request: { path: '/api/me?a=1&b=2' }, because: 'uri is the whole target' },
  { what: 'an empty query', call: { uri: '/api/me?' }, request: { path: '/api/me?' }, because: 'uri is the whole target' },
  { what: 'percent-encoded characters', call: { uri: '/api/me?q=%22%5C' }, request: { path: '/api/me?q=%22%5C' }, because: 'uri is not decoded' },
  { what: 'a quote and a backslash', call: { uri: '/api/me?q="\\"' }, request: { path: '/api/me?q="\\"' }, because: 'they are quoted-pairs in uri' },
  { what: 'commas and parameters in a cnonce', call: { cnonce: 'a, response="x", \tb' }, because: 'in quotes they are text' },
  { what: 'letters of two bytes in a cnonce', call: { cnonce: 'J\u00E4s\u00F8n' }, because: 'bytes are hashed as they were sent' },
];

describe.each(ADAPTERS)('what Digest credentials are bound to on %s', (adapter) => {
  let app: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter);
  });
  afterAll(() => app.close());

  it.each(REFUSED)('DIG-06: refuses $what, because $because, and asks for nobody', async (deviation) => {
    const before = app.lookups.length;
    expectRefused(await deviated(app, deviation));
    expect(app.lookups).toHaveLength(before);
  });

  it.each(WRONG)('DIG-06: refuses $what, because $because', async (deviation) => {
    expectRefused(await deviated(app, deviation));
  });

  it.each(TAKEN)('DIG-06: takes $what, because $because', async (deviation) => {
    expectUser(await deviated(app, deviation), 'Mufasa');
  });

  it('DIG-06: takes the response to HEAD for HEAD, and not the one to GET', async () => {
    const [head, get] = [await app.call({ method: 'HEAD' }), await app.call()];
    expect((await app.answer(head)).status).toBe(200);
    const { status, challenges } = await app.answer(get, {}, { method: 'HEAD' });
    expect([status, challenges.length]).toEqual([401, 1]);
  });
});
