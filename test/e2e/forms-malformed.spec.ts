import { multipart, MULTIPART, part, post, startFormApp, URLENCODED, urlencoded } from '../support/form-app.js';
import { ADAPTERS } from '../support/running-app.js';
import type { Adapter, RunningApp } from '../support/running-app.js';

const LOGIN = [['username', 'johndoe'], ['password', 'secret']] as const;
const login = urlencoded(LOGIN);
const parts = multipart(LOGIN);
const whole = (...all: readonly string[]) => `${all.join('')}--boundary-of-the-test--\r\n`;
const username = part('name="username"', 'johndoe');
const password = part('name="password"', 'secret');

interface Row {
  readonly what: string;
  readonly because: string;
  readonly type: string | null;
  readonly body: string | Buffer;
  readonly status: number;
  /** Where a body parser of Nest refuses it before the library sees it, in Nest's way of saying so. */
  readonly inFront?: readonly Adapter[];
  readonly statusInFront?: number;
}
const EXPRESS = ['express'] as const;
const FASTIFY = ['fastify'] as const;
const BOTH = ADAPTERS;

const BODIES: readonly Row[] = [
  { what: 'JSON', because: 'RFC 6749 §4.3.2 has a form', type: 'application/json', body: JSON.stringify(Object.fromEntries(LOGIN)), status: 400 },
  { what: 'JSON that is none', because: 'RFC 6749 §4.3.2 has a form', type: 'application/json', body: '{', status: 400, inFront: BOTH },
  { what: 'text', because: 'RFC 6749 §4.3.2 has a form', type: 'text/plain', body: login, status: 400 },
  { what: 'XML', because: 'RFC 6749 §4.3.2 has a form', type: 'application/xml', body: '<username>johndoe</username>', status: 400 },
  { what: 'a form without a type', because: 'nobody can tell what it is', type: null, body: login, status: 400 },
  { what: 'a type that is none', because: 'nobody can tell what it is', type: 'x', body: login, status: 400, inFront: FASTIFY, statusInFront: 415 },
  { what: 'a type with a longer name', because: 'it is another type', type: `${URLENCODED}-x`, body: login, status: 400 },
  { what: 'another multipart type', because: 'it is another type', type: MULTIPART.replace('form-data', 'mixed'), body: parts, status: 400 },
  { what: 'charset utf-16', because: 'RFC 6749 Appendix B has UTF-8', type: `${URLENCODED}; charset=utf-16`, body: login, status: 400, inFront: EXPRESS, statusInFront: 415 },
  { what: 'charset iso-8859-1', because: 'RFC 6749 Appendix B has UTF-8', type: `${URLENCODED}; charset=iso-8859-1`, body: login, status: 400 },
  { what: 'charset in quotes', because: 'RFC 6749 Appendix B has UTF-8', type: `${URLENCODED}; charset="utf-16"`, body: login, status: 400, inFront: EXPRESS, statusInFront: 415 },
  { what: 'multipart with charset utf-16', because: 'RFC 6749 Appendix B has UTF-8', type: `${MULTIPART}; charset=utf-16`, body: parts, status: 400 },
  { what: 'an empty body', because: 'who logs in is missing', type: URLENCODED, body: '', status: 400 },
  { what: 'an empty multipart body', because: 'it has no end', type: MULTIPART, body: '', status: 400 },
  { what: 'an escaped byte that is not UTF-8', because: 'two passwords could be one', type: URLENCODED, body: 'username=johndoe&password=%E9', status: 400 },
  { what: 'an escaped overlong form', because: 'UTF-8 has one form for each character', type: URLENCODED, body: 'username=johndoe&password=%C0%AF', status: 400 },
  { what: 'an escaped half of a pair', because: 'it is no character', type: URLENCODED, body: 'username=johndoe&password=%ED%A0%80', status: 400 },
  { what: 'a byte that is not UTF-8', because: 'two passwords could be one', type: URLENCODED, body: Buffer.from('username=johndoe&password=\xE9', 'latin1'), status: 400 },
  { what: 'a multipart byte that is not UTF-8', because: 'two passwords could be one', type: MULTIPART, body: Buffer.from(multipart([['username', 'johndoe'], ['password', '\xE9']]), 'latin1'), status: 400 },
  { what: 'a file that takes the name of a field', because: 'nobody knows which one counts', type: MULTIPART, body: whole(username, password, part('name="password"; filename="p.txt"', 'secret')), status: 400 },
  { what: 'a field that takes the name of a file', because: 'nobody knows which one counts', type: MULTIPART, body: whole(part('name="password"; filename="p.txt"', 'x'), username, password), status: 400 },
  { what: 'a password in a file', because: 'a file is no field', type: MULTIPART, body: whole(username, part('name="password"; filename="p.txt"', 'secret')), status: 400 },
  { what: 'a file that is cut off', because: 'the form has none, and something is missing', type: MULTIPART, body: part('name="f"; filename="x"', 'abc').slice(0, -2), status: 400 },
  { what: 'a file that is cut off behind a repeated field', because: 'both are refused', type: MULTIPART, body: username + username + part('name="f"; filename="x"', 'abc').slice(0, -2), status: 400 },
  { what: 'a part in UTF-16', because: 'its letters would be others', type: MULTIPART, body: whole(username, part('name="password"', 'secret', 'Content-Type: text/plain; charset=utf-16le')), status: 400 },
  { what: 'a part in latin-1', because: 'its letters would be others', type: MULTIPART, body: whole(username, part('name="password"', 'secret', 'content-type:text/plain;charset="ISO-8859-1"')), status: 400 },
  { what: 'username[] beside username', because: 'a body parser takes both for one', type: URLENCODED, body: `${login}&username[]=x`, status: 400 },
  { what: '[username] beside username', because: 'a body parser takes both for one', type: URLENCODED, body: `%5Busername%5D=x&${login}`, status: 400 },
  { what: 'username behind a byte order mark', because: 'a body parser takes both for one', type: URLENCODED, body: `%EF%BB%BFusername=x&${login}`, status: 400 },
  { what: 'multipart without a boundary', because: 'nobody can tell its parts', type: 'multipart/form-data', body: parts, status: 400 },
  { what: 'multipart with an empty boundary', because: 'nobody can tell its parts', type: 'multipart/form-data; boundary=', body: parts, status: 400 },
  { what: 'multipart with another boundary', because: 'nobody can tell its parts', type: 'multipart/form-data; boundary=x', body: parts, status: 400 },
  { what: 'multipart without its last line', because: 'something may be missing', type: MULTIPART, body: username + password, status: 400 },
  { what: 'multipart that is cut off in a field', because: 'something may be missing', type: MULTIPART, body: parts.slice(0, parts.indexOf('secret') + 3), status: 400 },
  { what: 'multipart that is cut off in its field lines', because: 'something may be missing', type: MULTIPART, body: parts.slice(0, parts.lastIndexOf('name=')), status: 400 },
  { what: 'a form in a multipart type', because: 'it has no parts', type: MULTIPART, body: login, status: 400 },
  { what: 'a body of 100 KB', because: 'no login is that large', type: URLENCODED, body: urlencoded([['username', 'johndoe'], ['password', 'p'.repeat(100 * 1024)]]), status: 413, inFront: EXPRESS },
  { what: 'a body of 65,537 bytes', because: '65,536 are the most', type: URLENCODED, body: `${login}&x=`.padEnd(65_537, 'x'), status: 413 },
  { what: 'a multipart body of 100 KB', because: 'no login is that large', type: MULTIPART, body: multipart([['username', 'johndoe'], ['password', 'p'.repeat(100 * 1024)]]), status: 413 },
  { what: 'a body of 2 MB', because: 'no login is that large', type: URLENCODED, body: urlencoded([['username', 'johndoe'], ['password', 'p'.repeat(2 * 1024 * 1024)]]), status: 413, inFront: BOTH },
];

const many = Array.from({ length: 2000 }, (_, index) => [`p${String(index)}`, 'x'] as const);

describe.each(ADAPTERS)('malformed forms on %s', (adapter) => {
  describe.each([{ rawBody: false }, { rawBody: true }])('with $rawBody for rawBody', (options) => {
    const answeredBy = (who: 'library' | 'parser') =>
      BODIES.filter(({ inFront }) => (inFront?.includes(adapter) === true) === (who === 'parser')).map(({ statusInFront, status, ...row }) => ({
        ...row,
        status: who === 'parser' ? (statusInFront ?? status) : status,
      }));
    let app: RunningApp;
    beforeAll(async () => {
      app = await startFormApp(adapter, options);
    });
    afterAll(() => app.close());

    it.each(answeredBy('library'))('TOK-01: answers $status invalid_request to $what, because $because', async ({ type, body, status }) => {
      const { headers, json, ...response } = await post(app, body, type);
      expect({ status: response.status, json }).toEqual({ status, json: { error: 'invalid_request', error_description: expect.stringMatching(/\S/) } });
      expect(headers['cache-control']).toBe('no-store');
    });

    it.each(answeredBy('parser'))("TOK-01: Nest's body parser answers $status to $what, because $because", async ({ type, body, status }) => {
      const { json, ...response } = await post(app, body, type);
      expect({ status: response.status, json }).toEqual({ status, json: expect.objectContaining({ statusCode: status, message: expect.stringMatching(/\S/) }) });
    });

    it.each([{ type: URLENCODED, encode: urlencoded }, { type: MULTIPART, encode: multipart }])('TOK-01: answers 400 or 413 to 2,000 fields as $type, because a login has six', async ({ type, encode }) => {
      const { status } = await post(app, encode([...LOGIN, ...many]), type);
      expect([400, 413]).toContain(status);
    });
  });
});
