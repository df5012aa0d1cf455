import { decodeJwt, decodeProtectedHeader } from 'jose';
import { NOBODY } from '../../apps/demo/src/tokens/password-hasher.js';
import { UsersService } from '../../apps/demo/src/users/users.service.js';
import { countedHashes } from '../support/counted-hashes.js';
import { ALICE, JOHNDOE, multipart, startDemo, tokenRequest, urlencoded } from '../support/demo-app.js';
import type { RunningDemo } from '../support/demo-app.js';
import { ADAPTERS } from '../support/running-app.js';
import type { TestResponse } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FORM = 'application/x-www-form-urlencoded';
const GRANT_REFUSED = {
  statusCode: 400,
  message: 'Incorrect username or password',
  error: 'invalid_grant',
  error_description: 'Incorrect username or password',
};
const ANOTHER_MEDIA_TYPE = { error: 'invalid_request', error_description: `Send the form as ${FORM} or multipart/form-data` };

/** One of these: the body parsers of the two servers see repeated and nested parameters differently. */
const oneOf = (...descriptions: readonly string[]): unknown => ({
  error: 'invalid_request',
  error_description: expect.stringMatching(new RegExp(`^(${descriptions.join('|')})$`)),
});

const MISSING = 'password is missing';
const REPEATED = 'A parameter is repeated';
const NESTED = 'A parameter is repeated or nested';
const MALFORMED_SCOPE = { error: 'invalid_scope', error_description: 'scope must be scope names separated by single spaces' };

/** The length that the longest password which is still hashed has. Bytes. */
const LONGEST = 4096;

describe.each(ADAPTERS)('logging in to the demo on %s', (adapter) => {
  let demo: RunningDemo;
  const folder = temporaryFolder();

  beforeAll(async () => {
    demo = await startDemo(adapter, folder);
  });
  afterAll(() => demo.close());

  it.each([
    { name: 'johndoe, urlencoded', request: () => urlencoded({ ...JOHNDOE, scope: 'me' }), sub: 'johndoe' },
    { name: 'johndoe, multipart', request: () => multipart({ ...JOHNDOE, scope: 'me' }), sub: 'johndoe' },
    { name: 'johndoe with a grant_type', request: () => urlencoded({ grant_type: 'password', ...JOHNDOE, scope: 'me' }), sub: 'johndoe' },
    { name: 'alice, whose account is disabled', request: () => urlencoded({ ...ALICE, scope: 'me' }), sub: 'alice' },
  ])('gives a token to $name', async ({ request, sub }) => {
    const answer = await demo.send(await request());
    expect(answer.status).toBe(200);
    expect(answer.challenges).toEqual([]);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    const access_token: string = answer.json.access_token;
    expect(answer.json).toEqual({ access_token, token_type: 'bearer', expires_in: 1800, scope: 'me' });
    expect(decodeJwt(access_token)).toMatchObject({ sub, scope: 'me' });
    expect((await demo.get('/status', access_token)).status).toBe(200);
  });

  it('issues access tokens with the header and the claims of RFC 9068 §2', async () => {
    const token = await demo.token('me items');
    const now = Math.floor(Date.now() / 1000);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'at+jwt' });
    const claims = decodeJwt(token);
    expect(claims).toEqual({
      iss: 'https://demo.nestjs-scopes.example',
      aud: 'nestjs-scopes-demo',
      sub: 'johndoe',
      client_id: 'demo',
      scope: 'me items',
      iat: claims.iat,
      exp: Number(claims.iat) + 1800,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(Math.abs(now - Number(claims.iat))).toBeLessThan(60);
    expect(decodeJwt(await demo.token('me items')).jti).not.toBe(claims.jti);
  });

  it('names the client that asked in the token', async () => {
    const { json } = await demo.login({ ...JOHNDOE, client_id: 'web' });
    expect(decodeJwt(String(json.access_token))).toMatchObject({ client_id: 'web' });
  });

  it.each([
    { asked: '', granted: '', because: 'nothing was asked for' },
    { asked: 'me', granted: 'me', because: 'it is allowed' },
    { asked: 'items me', granted: 'items me', because: 'both are allowed' },
    { asked: 'me me', granted: 'me', because: 'a scope is granted once' },
    { asked: 'me admin', granted: 'me', because: 'nobody is allowed admin' },
    { asked: 'admin', granted: '', because: 'nobody is allowed admin' },
    { asked: 'ME Items', granted: '', because: 'scopes are compared with case' },
    { asked: 'me,items', granted: '', because: 'only spaces separate scopes' },
    { asked: 'constructor', granted: '', because: 'what every object has is no scope' },
  ])('grants "$granted" to a login that asks for "$asked": $because', async ({ asked, granted }) => {
    const { status, json } = await demo.login({ ...JOHNDOE, scope: asked });
    expect(status).toBe(200);
    expect(json.scope).toBe(granted);
    expect(decodeJwt(String(json.access_token))['scope']).toBe(granted);
  });

  it.each([
    { fields: { username: 'johndoe', password: 'wrong' }, because: 'the password is wrong' },
    { fields: { username: 'johndoe', password: 'Secret' }, because: 'a password has case' },
    { fields: { username: 'johndoe', password: 'secret ' }, because: 'a password is not trimmed' },
    { fields: { username: 'johndoe', password: 'secretalice' }, because: 'the password is that of another user' },
    { fields: { username: 'JohnDoe', password: 'secret' }, because: 'a user name has case' },
    { fields: { username: 'bob', password: 'secret' }, because: 'the user is unknown' },
    { fields: { username: '__proto__', password: 'secret' }, because: 'what every object has is no user' },
    { fields: { username: 'johndoe', password: 'x'.repeat(LONGEST) }, because: 'the longest password is wrong like any other' },
  ])('refuses a login, and hashes once, when $because', async ({ fields }) => {
    let answer: TestResponse | undefined;
    const hashes = await countedHashes(async () => {
      answer = await demo.login(fields);
    });
    expect(answer?.status).toBe(400);
    expect(answer?.json).toEqual(GRANT_REFUSED);
    expect(answer?.headers['cache-control']).toBe('no-store');
    expect(answer?.challenges).toEqual([]);
    expect(hashes).toBe(1);
  });

  it('answers an unknown user and a wrong password with the same bytes', async () => {
    const wrong = await demo.login({ username: 'johndoe', password: 'wrong' });
    const unknown = await demo.login({ username: 'bob', password: 'wrong' });
    expect(unknown.text).toBe(wrong.text);
    expect({ ...unknown.headers, date: '' }).toEqual({ ...wrong.headers, date: '' });
  });

  it.each([
    { type: FORM, sent: 'username=johndoe', status: 400, body: oneOf(MISSING), because: 'there is no password' },
    { type: FORM, sent: 'username=johndoe&password=', status: 400, body: oneOf(MISSING), because: 'an empty password is none' },
    { type: FORM, sent: 'username=&password=secret', status: 400, body: oneOf('username is missing'), because: 'an empty name is none' },
    { type: FORM, sent: 'username=&password=', status: 400, body: oneOf('username is missing'), because: 'empty fields count as not sent' },
    { type: FORM, sent: 'grant_type=x&username=johndoe&password=secret', status: 400, body: oneOf('grant_type must be password'), because: 'there is one grant type' },
    { type: FORM, sent: 'username=johndoe&password=secret&scope=me++items', status: 400, body: MALFORMED_SCOPE, because: 'one space separates scopes' },
    { type: FORM, sent: 'username=johndoe&password=a&password=secret', status: 400, body: oneOf(REPEATED, NESTED), because: 'nobody knows which one counts' },
    { type: FORM, sent: 'username=johndoe&password[length]=500000000', status: 400, body: oneOf(MISSING, NESTED), because: 'a password is a text' },
    { type: FORM, sent: 'username=johndoe&password[]=secret', status: 400, body: oneOf(MISSING, NESTED), because: 'a password is a text' },
    { type: 'application/json', sent: '{"username":"johndoe","password":"secret"}', status: 400, body: ANOTHER_MEDIA_TYPE, because: 'a login is a form' },
    { type: 'application/json', sent: '{"username":"johndoe","password":{"length":500000000}}', status: 400, body: ANOTHER_MEDIA_TYPE, because: 'a login is a form' },
    { type: 'text/plain', sent: 'username=johndoe&password=secret', status: 400, body: ANOTHER_MEDIA_TYPE, because: 'a page of another site can send plain text' },
    { type: 'multipart/form-data', sent: 'username=johndoe&password=secret', status: 400, body: oneOf('The multipart form is malformed'), because: 'it has no boundary' },
  ])('answers $status, and hashes nothing, to $sent as $type: $because', async ({ type, sent, status, body }) => {
    let answer: TestResponse | undefined;
    const hashes = await countedHashes(async () => {
      answer = await demo.send(tokenRequest(type, sent));
    });
    expect(answer?.status).toBe(status);
    expect(answer?.json).toEqual(body);
    expect(answer?.headers['cache-control']).toBe('no-store');
    expect(hashes).toBe(0);
  });

  it.each([
    { password: 'x'.repeat(LONGEST + 1), because: 'a password of 4,097 bytes is too long' },
    { password: 'x'.repeat(5000), because: 'a password of 5,000 bytes is too long' },
    { password: '€'.repeat(1500), because: 'it is the bytes that count, not the characters' },
  ])('refuses a login like any other, and hashes nothing, as $because', async ({ password }) => {
    let answer: TestResponse | undefined;
    const hashes = await countedHashes(async () => {
      answer = await demo.login({ username: 'johndoe', password });
    });
    expect(answer?.status).toBe(400);
    expect(answer?.json).toEqual(GRANT_REFUSED);
    expect(hashes).toBe(0);
  });

  it('takes as much work for an unknown user as for a known one', () => {
    const users = demo.app.get(UsersService, { strict: false });
    const known = [JOHNDOE, ALICE].map(({ username }) => hashCost(users.findAccount(username)?.passwordHash));
    expect(known).toEqual([hashCost(NOBODY), hashCost(NOBODY)]);
    expect(hashCost(NOBODY)).toEqual({ algorithm: 'argon2id', version: 'v=19', parameters: 'm=65536,t=3,p=4', saltBytes: 16, hashBytes: 32 });
  });
});

/** What decides how long a hash takes to verify, of its PHC text. */
function hashCost(phc = ''): object {
  const [, algorithm, version, parameters, salt = '', hash = ''] = phc.split('$');
  return { algorithm, version, parameters, saltBytes: Buffer.from(salt, 'base64').length, hashBytes: Buffer.from(hash, 'base64').length };
}
