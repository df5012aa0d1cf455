import { expectRefused, expectUser, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { oldResponseOf, quoted } from '../support/digest-client.js';
import type { DigestCall } from '../support/digest-client.js';
import { deviated } from '../support/digest-deviation.js';
import type { Deviation } from '../support/digest-deviation.js';
import { ADAPTERS } from '../support/running-app.js';

const old = (call: DigestCall): Record<string, string | undefined> => ({ qop: undefined, nc: undefined, cnonce: undefined, response: quoted(oldResponseOf(call)) });

const QOPS: readonly Deviation[] = [
  { what: 'no qop', written: { qop: undefined }, because: 'it is required (RFC 7616 §3.4)' },
  { what: 'the response of RFC 2069', written: old, because: 'it binds no count (RFC 7616 §3.4.1)' },
  { what: 'an empty qop', call: { qop: '' }, written: { qop: '""' }, because: 'it is none' },
  { what: 'auth-int', call: { qop: 'auth-int' }, because: 'it was not offered' },
  { what: 'an unknown qop', call: { qop: 'auth-conf' }, because: 'it was not offered' },
  { what: 'a list for qop', call: { qop: 'auth, auth-int' }, written: { qop: '"auth, auth-int"' }, because: 'the client chooses one (RFC 7616 §3.4)' },
  { what: 'a qop that objects inherit', call: { qop: 'constructor' }, because: 'it was not offered' },
  { what: 'no nc', written: { nc: undefined }, because: 'it is required (RFC 7616 §3.4)' },
  { what: 'no cnonce', call: { cnonce: '' }, written: { cnonce: undefined }, because: 'it is required (RFC 7616 §3.4)' },
  { what: 'an empty cnonce', call: { cnonce: '' }, because: 'the server would choose all that is hashed' },
];

const ALGORITHMS: readonly Deviation[] = [
  { what: 'MD5', offer: { algorithm: 'MD5' }, because: 'it is not offered unless it is listed' },
  { what: 'the response of MD5 and no algorithm', offer: { algorithm: 'MD5' }, written: { algorithm: undefined }, because: 'it then means MD5 (RFC 7616 §3.3), which is not offered' },
  { what: 'no algorithm', written: { algorithm: undefined }, because: 'it then means MD5 (RFC 7616 §3.3), which is not offered' },
  { what: 'an empty algorithm', written: { algorithm: '""' }, because: 'it is none' },
  { what: 'the response of MD5 under the name SHA-256', offer: { algorithm: 'MD5' }, written: { algorithm: 'SHA-256' }, because: 'it is shorter' },
  { what: 'MD5-sess', offer: { algorithm: 'MD5-sess' }, because: 'it was not offered' },
  { what: 'SHA-256-sess', offer: { algorithm: 'SHA-256-sess' }, because: 'it was not offered' },
  { what: 'SHA-512-256', offer: { algorithm: 'SHA-512-256' }, because: 'it was not offered' },
  { what: 'SHA1', offer: { algorithm: 'sha1' }, because: 'it was not offered' },
  { what: 'a name that objects inherit', written: { algorithm: '__proto__' }, because: 'it was not offered' },
];

describe.each(ADAPTERS)('what Digest offers on %s', (adapter) => {
  let app: DigestApp;
  let broad: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter);
    broad = await startDigest(adapter, { algorithms: ['MD5', 'SHA-256'], qop: ['auth-int'] });
  });
  afterAll(async () => {
    await app.close();
    await broad.close();
  });

  it('DIG-05: is SHA-256 with auth, and nothing else, where nothing else is said', async () => {
    expect((await app.challenges()).map(({ algorithm, qop }) => [algorithm, qop])).toEqual([['SHA-256', 'auth']]);
  });

  it.each(QOPS)('DIG-04: refuses $what, because $because, and asks for nobody', async (deviation) => {
    expectRefused(await deviated(app, deviation));
    expect(app.lookups).toEqual([]);
  });

  it.each(ALGORITHMS)('DIG-05: refuses $what, because $because, and asks for nobody', async (deviation) => {
    expectRefused(await deviated(app, deviation));
    expect(app.lookups).toEqual([]);
  });

  it('DIG-04: refuses auth where auth-int is required', async () => {
    expectRefused(await deviated(broad, { what: 'auth', because: 'it does not cover the body', call: { qop: 'auth' } }));
    expect(broad.lookups).toEqual([]);
  });

  it('DIG-05: takes no algorithm for MD5 where that is offered', async () => {
    const offer = (await broad.challenges()).find(({ algorithm }) => algorithm === 'MD5');
    expectUser(await deviated(broad, { what: 'none', because: 'RFC 7616 §3.3', offer, call: { qop: 'auth-int' }, written: { algorithm: undefined } }), 'Mufasa');
  });

  it('DIG-05: refuses the response of one algorithm under the name of another that is offered', async () => {
    expectRefused(await deviated(broad, { what: 'MD5', because: 'the hashes differ', offer: { algorithm: 'SHA-256' }, call: { qop: 'auth-int' }, written: { algorithm: 'MD5' } }));
  });
});
