import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { claims, foreign, header, jws, signedWith } from '../support/hostile-tokens.js';
import { expectInvalidToken, JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { publicKey } from '../support/tokens.js';

const OTHER_TYPES = [
  { typ: 'logout+jwt', because: 'it is a logout token' },
  { typ: 'dpop+jwt', because: 'it is a DPoP proof (RFC 9449 §4.2)' },
  { typ: 'secevent+jwt', because: 'it is a security event (RFC 8417 §2.3)' },
  { typ: 'token-introspection+jwt', because: 'it is an introspection response (RFC 9701 §5)' },
  { typ: 'oauth-authz-req+jwt', because: 'it is an authorization request (RFC 9101 §10.8)' },
  { typ: 'rt+jwt', because: 'it is a refresh token' },
  { typ: 'id_token', because: 'it is an ID token' },
  { typ: 'id+jwt', because: 'it is an ID token' },
  { typ: 'at+jwt+jwt', because: 'it is another type' },
  { typ: 'JOSE', because: 'RFC 7515 §4.1.9 gives it to other content' },
  { typ: 'at+jwt ', because: 'a space makes it another type' },
  { typ: 'application/application/at+jwt', because: 'there is no such media type' },
  { typ: 'text/at+jwt', because: 'it is another media type' },
  { typ: '', because: 'it names no type' },
  { typ: 5, because: 'it is not a text' },
  { typ: null, because: 'it is not a text' },
  { typ: ['at+jwt'], because: 'a list is not a text' },
  { typ: { at: 'jwt' }, because: 'an object is not a text' },
];

const NOT_RFC9068_TYPES = [
  { typ: 'JWT', because: 'an ID token may say so too (RFC 9068 §4)' },
  { typ: 'application/jwt', because: 'it says as little as JWT does' },
  { typ: undefined, because: 'RFC 9068 §2.1 requires it' },
  ...OTHER_TYPES,
];

const EXTENSIONS = [
  { parameters: { crit: ['exp'], exp: 1 }, because: 'no extension is understood' },
  { parameters: { crit: ['x-unknown'], 'x-unknown': true }, because: 'no extension is understood' },
  { parameters: { crit: ['alg'] }, because: 'a name of the specification is not an extension' },
  { parameters: { crit: ['x-absent'] }, because: 'the extension is not in the header' },
  { parameters: { crit: ['b64'], b64: true }, because: 'the extension is not understood' },
  { parameters: { crit: ['b64'], b64: false }, because: 'the payload would be another one (RFC 7797 §3)' },
  { parameters: { crit: ['b64', 'b64'], b64: true }, because: 'a name may not be repeated' },
  { parameters: { crit: [] }, because: 'the list must not be empty' },
  { parameters: { crit: 'b64' }, because: 'it is not a list' },
  { parameters: { crit: {} }, because: 'it is not a list' },
  { parameters: { crit: null }, because: 'it is not a list' },
  { parameters: { crit: [5] }, because: 'names are texts' },
  { parameters: { crit: ['__proto__'] }, because: 'the extension is not in the header' },
  { parameters: { b64: false }, because: 'without crit it is no better (RFC 7797 §6)' },
  { parameters: { b64: true }, because: 'nobody needs to say the default' },
  { parameters: { zip: 'DEF' }, because: 'only an encrypted token is compressed (RFC 7516 §4.1.3)' },
];

const KEY_NAMES = [
  { kid: '../../../../dev/null', because: 'a path is not looked up' },
  { kid: "' OR '1'='1", because: 'no query is made of it' },
  { kid: '| sleep 5', because: 'no command is made of it' },
  { kid: 'a\u0000b', because: 'a NUL ends nothing' },
  { kid: '__proto__', because: 'it is no name of a key' },
  { kid: 'constructor', because: 'it is no name of a key' },
  { kid: 'k'.repeat(1024), because: 'its length changes nothing' },
  { kid: '', because: 'it names nothing' },
];

const KEY_NAMES_OF_OTHER_TYPES = [
  { kid: {}, because: 'an object is not a text' },
  { kid: ['k1'], because: 'a list is not a text' },
  { kid: null, because: 'null is not a text' },
  { kid: 5, because: 'a number is not a text' },
];

describe.each(ADAPTERS)('headers of tokens on %s', (adapter) => {
  let app: RunningApp;
  let fetched: string[];
  let elsewhere: Server;
  beforeAll(async () => {
    app = await start(JwtApp.register(), adapter);
    elsewhere = createServer((request, response) => {
      fetched.push(request.url ?? '');
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: [foreign.publicKey.export({ format: 'jwk' })] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    fetched = [];
  });
  afterAll(async () => {
    await app.close();
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  it.each(OTHER_TYPES)('JWT-05: answers 401 invalid_token to typ $typ, because $because', async ({ typ }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header({ typ }), claims())));
  });

  it.each(NOT_RFC9068_TYPES)('JWT-05, RFC 9068 §4: the strict profile answers 401 invalid_token to typ $typ, because $because', async ({ typ }) => {
    expectInvalidToken(await app.get('/rfc9068', jws(header({ typ }), claims())));
  });

  it.each(EXTENSIONS)('JWT-11, RFC 7515 §4.1.11: answers 401 invalid_token to a header with $parameters, because $because', async ({ parameters }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(parameters), claims())));
  });

  it.each(KEY_NAMES)('JWT-14, RFC 8725 §3.10: kid $kid opens nothing to a token that is signed with a foreign key, because $because', async ({ kid }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header({ kid }), claims(), signedWith(null, foreign.privateKey))));
  });

  it.each(KEY_NAMES)('JWT-14: kid $kid does no harm to a good token, because $because', async ({ kid }) => {
    const { status, json } = await app.get('/eddsa', jws(header({ kid }), claims()));
    expect({ status, user: json.user, polluted: json.polluted }).toEqual({ status: 200, user: { name: 'johndoe' }, polluted: null });
  });

  it.each(KEY_NAMES_OF_OTHER_TYPES)('JWT-14, RFC 7515 §4.1.4: answers 401 invalid_token to kid $kid, because $because', async ({ kid }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header({ kid }), claims())));
  });

  it.each([
    { name: 'jku', because: 'the sender chose the address' },
    { name: 'x5u', because: 'the sender chose the address' },
  ])('JWT-13, RFC 8725 §3.10: fetches nothing from $name, and answers 401 invalid_token, because $because', async ({ name }) => {
    const url = `http://127.0.0.1:${String((elsewhere.address() as AddressInfo).port)}/keys`;
    expectInvalidToken(await app.get('/eddsa', jws(header({ [name]: url }), claims(), signedWith(null, foreign.privateKey))));
    expect((await app.get('/eddsa', jws(header({ [name]: url }), claims()))).status).toBe(200);
    expect(fetched).toEqual([]);
  });

  it.each([
    { parameters: { jwk: foreign.publicKey.export({ format: 'jwk' }) }, because: 'the sender chose the key' },
    { parameters: { jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'known' }, kid: 'known' }, because: 'the known key did not sign' },
    { parameters: { jwk: { kty: 'oct', k: '' } }, because: 'an empty secret signs nothing' },
    { parameters: { x5c: [foreign.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')] }, because: 'the sender chose the certificate' },
  ])('JWT-13, CVE-2018-0114: answers 401 invalid_token to a key in the header, $parameters, because $because', async ({ parameters }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(parameters), claims(), signedWith(null, foreign.privateKey))));
  });
});
