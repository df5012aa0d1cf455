import { claims, claimsWithRaw, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken, JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER } from '../support/tokens.js';

const now = () => Math.floor(Date.now() / 1000);
const soon = () => now() + 600;

const WRONG = [
  { claim: 'iss', what: 'absent', because: 'RFC 8725 §3.8 has it checked', changes: () => ({ iss: undefined }) },
  { claim: 'iss', what: 'another one', because: 'somebody else issued the token', changes: () => ({ iss: 'https://evil.example.com' }) },
  { claim: 'iss', what: 'with a slash at its end', because: 'it is compared exactly', changes: () => ({ iss: `${ISSUER}/` }) },
  { claim: 'iss', what: 'in another case', because: 'it is compared exactly', changes: () => ({ iss: ISSUER.toUpperCase() }) },
  { claim: 'iss', what: 'with more behind it', because: 'it is compared exactly', changes: () => ({ iss: `${ISSUER}.evil.example.com` }) },
  { claim: 'iss', what: 'in a list', because: 'a list is not a text (CVE-2025-30144)', changes: () => ({ iss: [ISSUER] }) },
  { claim: 'iss', what: 'in a list beside another one', because: 'a list is not a text (CVE-2025-30144)', changes: () => ({ iss: ['https://evil.example.com', ISSUER] }) },
  { claim: 'iss', what: 'null', because: 'it is not a text', changes: () => ({ iss: null }) },
  { claim: 'iss', what: 'an object', because: 'it is not a text', changes: () => ({ iss: { toString: ISSUER } }) },
  { claim: 'aud', what: 'absent', because: 'RFC 8725 §3.9 has it checked', changes: () => ({ aud: undefined }) },
  { claim: 'aud', what: 'another one', because: 'the token is for somebody else', changes: () => ({ aud: 'https://other.example.com' }) },
  { claim: 'aud', what: 'with more behind it', because: 'it is compared exactly', changes: () => ({ aud: `${AUDIENCE}/v2` }) },
  { claim: 'aud', what: 'with more before it', because: 'it is compared exactly', changes: () => ({ aud: `x${AUDIENCE}` }) },
  { claim: 'aud', what: 'a part of it', because: 'it is compared exactly', changes: () => ({ aud: AUDIENCE.slice(0, -1) }) },
  { claim: 'aud', what: 'in another case', because: 'it is compared exactly', changes: () => ({ aud: AUDIENCE.toUpperCase() }) },
  { claim: 'aud', what: 'an empty list', because: 'the token is for nobody', changes: () => ({ aud: [] }) },
  { claim: 'aud', what: 'a list of others', because: 'the token is for somebody else', changes: () => ({ aud: ['https://a.example.com', 'https://b.example.com'] }) },
  { claim: 'aud', what: 'a list with a number', because: 'RFC 7519 §4.1.3 has texts only', changes: () => ({ aud: [AUDIENCE, 5] }) },
  { claim: 'aud', what: 'a list with null', because: 'RFC 7519 §4.1.3 has texts only', changes: () => ({ aud: [null, AUDIENCE] }) },
  { claim: 'aud', what: 'a list in a list', because: 'RFC 7519 §4.1.3 has texts only', changes: () => ({ aud: [[AUDIENCE]] }) },
  { claim: 'aud', what: 'an object', because: 'RFC 7519 §4.1.3 has texts only', changes: () => ({ aud: { 0: AUDIENCE, length: 1 } }) },
  { claim: 'aud', what: 'null', because: 'it is not a text', changes: () => ({ aud: null }) },
  { claim: 'aud', what: 'several separated by spaces', because: 'it is one text', changes: () => ({ aud: `https://other.example.com ${AUDIENCE}` }) },
  { claim: 'sub', what: 'absent', because: "a token without a subject is nobody's", changes: () => ({ sub: undefined }) },
  { claim: 'sub', what: 'a number', because: 'RFC 7519 §4.1.2 has a text', changes: () => ({ sub: 5 }) },
  { claim: 'sub', what: 'empty', because: 'it names nobody', changes: () => ({ sub: '' }) },
  { claim: 'sub', what: 'null', because: 'it names nobody', changes: () => ({ sub: null }) },
  { claim: 'sub', what: 'a list', because: 'RFC 7519 §4.1.2 has a text', changes: () => ({ sub: ['johndoe'] }) },
  { claim: 'sub', what: 'an object', because: 'RFC 7519 §4.1.2 has a text', changes: () => ({ sub: { $ne: null } }) },
  { claim: 'exp', what: 'absent', because: 'the token would never expire', changes: () => ({ exp: undefined }) },
  { claim: 'exp', what: 'a text', because: 'RFC 7519 §4.1.4 has a number', changes: () => ({ exp: String(soon()) }) },
  { claim: 'exp', what: 'null', because: 'it is not a number', changes: () => ({ exp: null }) },
  { claim: 'exp', what: 'true', because: 'it is not a number', changes: () => ({ exp: true }) },
  { claim: 'exp', what: 'a list', because: 'it is not a number', changes: () => ({ exp: [soon()] }) },
  { claim: 'exp', what: '-1', because: 'it is before 1970', changes: () => ({ exp: -1 }) },
  { claim: 'exp', what: '0', because: 'it is long past', changes: () => ({ exp: 0 }) },
  { claim: 'exp', what: 'a fraction', because: 'whole seconds only', changes: () => ({ exp: soon() + 0.5 }) },
  { claim: 'exp', what: '1.5e308', because: 'it is no time', changes: () => ({ exp: 1.5e308 }) },
  { claim: 'exp', what: '2^53', because: 'it is not exact any more', changes: () => ({ exp: 2 ** 53 }) },
  { claim: 'exp', what: 'an hour ago', because: 'it has passed', changes: () => ({ exp: now() - 3600 }) },
  { claim: 'exp', what: '10 seconds ago', because: 'the tolerance is 5 seconds', changes: () => ({ exp: now() - 10 }) },
  { claim: 'nbf', what: 'in an hour', because: 'the token counts from then on', changes: () => ({ nbf: now() + 3600 }) },
  { claim: 'nbf', what: 'in 10 seconds', because: 'the tolerance is 5 seconds', changes: () => ({ nbf: now() + 10 }) },
  { claim: 'nbf', what: 'a text', because: 'RFC 7519 §4.1.5 has a number', changes: () => ({ nbf: String(now()) }) },
  { claim: 'nbf', what: 'null', because: 'it is not a number', changes: () => ({ nbf: null }) },
  { claim: 'iat', what: 'in an hour', because: 'nobody can have issued it', changes: () => ({ iat: now() + 3600 }) },
  { claim: 'iat', what: 'in 10 seconds', because: 'the tolerance is 5 seconds', changes: () => ({ iat: now() + 10 }) },
  { claim: 'iat', what: 'a text', because: 'RFC 7519 §4.1.6 has a number', changes: () => ({ iat: String(now()) }) },
  { claim: 'iat', what: 'null', because: 'it is not a number', changes: () => ({ iat: null }) },
  { claim: 'jti', what: 'a number', because: 'RFC 7519 §4.1.7 has a text', changes: () => ({ jti: 5 }) },
  { claim: 'client_id', what: 'a list', because: 'RFC 8693 §4.3 has a text', changes: () => ({ client_id: ['test'] }) },
];

const ROWS: Readonly<Record<string, string>> = { iss: 'JWT-10', aud: 'JWT-09', exp: 'JWT-07', nbf: 'JWT-08', iat: 'JWT-08' };

/** What JSON can say and `JSON.stringify` does not write. */
const RAW = [
  { claim: 'exp', value: '1e400', because: 'it reads as Infinity, which never comes' },
  { claim: 'exp', value: '-1e400', because: 'it reads as -Infinity' },
  { claim: 'exp', value: '9999999999999999999999', because: 'it is not exact' },
  { claim: 'nbf', value: '-1e400', because: 'it is no time' },
  { claim: 'iat', value: '-1e400', because: 'it is no time' },
];

const REQUIRED = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'].flatMap((claim) => [
  { claim, what: 'absent', value: undefined },
  { claim, what: 'null', value: null },
  { claim, what: 'of a wrong type', value: ['exp', 'iat'].includes(claim) ? '9999999999' : 5 },
  { claim, what: 'an object', value: {} },
  { claim, what: 'empty', value: '' },
]);
/** What `jwt` requires, and what it does not but checks where it is there. */
const CHECKED = REQUIRED.filter(({ claim, what }) => what !== 'absent' || !['client_id', 'iat', 'jti'].includes(claim));

describe.each(ADAPTERS)('claims of tokens on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(JwtApp.register(), adapter);
  });
  afterAll(() => app.close());

  it.each(WRONG.map((row) => ({ ...row, row: ROWS[row.claim] ?? 'JWT-06' })))('$row: answers 401 invalid_token when $claim is $what, because $because', async ({ changes }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), claims(changes()))));
  });

  it.each(RAW)('JWT-07: answers 401 invalid_token when $claim is $value, because $because', async ({ claim, value }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), claimsWithRaw(claim, value))));
  });

  it.each(REQUIRED)('JWT-06, RFC 9068 §2.2: the strict profile answers 401 invalid_token when $claim is $what', async ({ claim, value }) => {
    expectInvalidToken(await app.get('/rfc9068', jws(header(), claims({ [claim]: value }))));
  });

  it.each(CHECKED)('JWT-06, RFC 7519 §4.1: the default profile answers 401 invalid_token when $claim is $what', async ({ claim, value }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), claims({ [claim]: value }))));
  });

  it.each(['iss', 'exp', 'aud', 'sub'])('JWT-21: %s that only a __proto__ member has is absent: 401 invalid_token', async (claim) => {
    const inherited = JSON.stringify({ [claim]: claims()[claim] });
    const text = JSON.stringify(claims({ [claim]: undefined })).replace('{', `{"__proto__":${inherited},`);
    expectInvalidToken(await app.get('/eddsa', jws(header(), text)));
  });
});
