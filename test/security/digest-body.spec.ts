import { request } from 'node:http';
import { expectRefused, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { authorizationWith, digestFields, quoted, responseOf } from '../support/digest-client.js';
import type { DigestCall } from '../support/digest-client.js';
import { ADAPTERS } from '../support/running-app.js';
import type { TestResponse } from '../support/running-app.js';

const JSON_TYPE = 'application/json';
const NOTE = '{"note": "Simba"}';

/** Posts a body that may be another one than the client hashed. */
async function post(app: DigestApp, hashed: string | Buffer, sent: string | Buffer, type = JSON_TYPE, qop = 'auth-int'): Promise<TestResponse> {
  const call = await app.call({ uri: '/api/notes', method: 'POST', qop, body: hashed });
  return app.answer(call, {}, { headers: [['Content-Type', type]], body: sent });
}

/** Posts a body whose length nobody says. */
function postChunked(port: number, call: DigestCall, body: string, type: string): Promise<number> {
  const headers = { Authorization: authorizationWith(digestFields(call)), 'Content-Type': type, 'Transfer-Encoding': 'chunked', Connection: 'close' };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/api/notes', headers }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const OTHER_BODIES = [
  { what: 'another body', sent: '{"note": "Scar!"}', because: 'it is hashed (RFC 7616 §3.4.3)' },
  { what: 'the same JSON in other bytes', sent: '{"note":"Simba"}', because: 'its bytes are hashed' },
  { what: 'an empty object', sent: '{}', because: 'it is another one' },
  { what: 'the body and a space', sent: `${NOTE} `, because: 'its bytes are hashed' },
];

const BODIES = [
  { what: 'JSON', type: JSON_TYPE, body: NOTE, json: { note: 'Simba' } },
  { what: 'JSON with letters of two bytes', type: JSON_TYPE, body: '{"note":"J\u00E4s\u00F8n"}', json: { note: 'J\u00E4s\u00F8n' } },
  { what: 'a form', type: 'application/x-www-form-urlencoded', body: 'note=a%20b+c', json: { note: 'a b c' } },
];

describe.each(ADAPTERS)('bodies of Digest requests on %s', (adapter) => {
  let app: DigestApp;
  let careless: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter, { qop: ['auth', 'auth-int'] });
    careless = await startDigest(adapter, { qop: ['auth-int'], rawBody: false });
  });
  afterAll(async () => {
    await app.close();
    await careless.close();
  });

  it.each(BODIES)('DIG-04: takes $what that auth-int covers', async ({ type, body, json }) => {
    const answer = await post(app, body, body, type);
    expect({ status: answer.status, json: answer.json }).toEqual({ status: 200, json: { user: { name: 'Mufasa' }, body: json } });
  });

  it.each(OTHER_BODIES)('DIG-04: refuses $what with auth-int, because $because', async ({ sent }) => {
    expectRefused(await post(app, NOTE, sent));
  });

  it('DIG-04: takes any body with auth, which does not cover it (RFC 7616 §3.4.3)', async () => {
    const answer = await post(app, NOTE, '{"note": "Scar!"}', JSON_TYPE, 'auth');
    expect({ status: answer.status, json: answer.json.body }).toEqual({ status: 200, json: { note: 'Scar!' } });
  });

  it('DIG-04: refuses the response of auth under the name of auth-int, and the reverse', async () => {
    for (const [qop, other] of [['auth', 'auth-int'], ['auth-int', 'auth']] as const) {
      const call = await app.call({ qop });
      expectRefused(await app.answer(call, { qop: other }));
      expectRefused(await app.answer({ ...call, qop: other }, { response: quoted(responseOf(call)) }));
    }
  });

  it('DIG-04: takes a request without a body, whose hash is that of nothing', async () => {
    for (const instance of [app, careless]) {
      expect((await instance.answer(await instance.call({ qop: 'auth-int' }))).status).toBe(200);
      const call = await instance.call({ qop: 'auth-int', uri: '/api/notes', method: 'POST' });
      expect((await instance.answer(call, {}, { body: '' })).status).toBe(200);
    }
  });

  it.each([NOTE, ''])('DIG-04: refuses a body whose bytes nobody kept, were %j hashed', async (hashed) => {
    expectRefused(await post(careless, hashed, NOTE));
  });

  it.each([NOTE, ''])('DIG-04: refuses a body whose bytes nobody kept and whose length nobody said, were %j hashed', async (hashed) => {
    const call = await careless.call({ uri: '/api/notes', method: 'POST', qop: 'auth-int', body: hashed });
    expect(await postChunked(careless.port, call, NOTE, JSON_TYPE)).toBe(401);
  });

  it.each([NOTE, ''])('DIG-04: refuses a body of a type that nothing parses, were %j hashed', async (hashed) => {
    const { status } = await post(app, hashed, NOTE, 'application/octet-stream');
    expect(status).toBe(adapter === 'express' ? 401 : 415);
    const call = await app.call({ uri: '/api/notes', method: 'POST', qop: 'auth-int', body: hashed });
    expect(await postChunked(app.port, call, NOTE, 'application/octet-stream')).toBe(adapter === 'express' ? 401 : 415);
  });
});
