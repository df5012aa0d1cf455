import { multipart, MULTIPART, part, post, startFormApp, URLENCODED, urlencoded } from '../support/form-app.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const ENCODINGS = [
  { type: URLENCODED, encode: urlencoded },
  { type: `${URLENCODED}; charset=UTF-8`, encode: urlencoded },
  { type: 'Application/X-WWW-Form-Urlencoded;charset="utf-8"', encode: urlencoded },
  { type: MULTIPART, encode: multipart },
  { type: MULTIPART.replace('multipart/form-data', 'Multipart/Form-Data'), encode: multipart },
];

const LOGIN = [['username', 'johndoe'], ['password', 'secret']] as const;
const NOTHING_ELSE = { grantType: null, scopes: [], clientId: null, clientSecret: null };
const JOHNDOE = { ...NOTHING_ELSE, username: 'johndoe', password: 'secret' };

const FORMS = [
  {
    what: 'all fields',
    because: 'FastAPI has these six',
    fields: [['grant_type', 'password'], ...LOGIN, ['scope', 'me items'], ['client_id', 'app'], ['client_secret', 'hush']],
    form: { grantType: 'password', username: 'johndoe', password: 'secret', scopes: ['me', 'items'], clientId: 'app', clientSecret: 'hush' },
  },
  { what: 'user name and password', because: 'the others may be left out', fields: LOGIN, form: JOHNDOE },
  {
    what: 'empty fields',
    because: 'empty counts as not sent (RFC 6749 §3.2)',
    fields: [['grant_type', ''], ...LOGIN, ['scope', ''], ['client_id', ''], ['client_secret', '']],
    form: JOHNDOE,
  },
  { what: 'a field that nobody knows', because: 'it is ignored (RFC 6749 §3.2)', fields: [...LOGIN, ['resource', 'x'], ['constructor', 'x']], form: JOHNDOE },
  { what: 'fields in another order', because: 'the order counts for nothing', fields: [['password', 'secret'], ['username', 'johndoe']], form: JOHNDOE },
  { what: 'a scope twice', because: 'once is enough', fields: [...LOGIN, ['scope', 'me items me']], form: { ...JOHNDOE, scopes: ['me', 'items'] } },
  { what: 'the oddest scope', because: 'RFC 6749 §3.3 allows it', fields: [...LOGIN, ['scope', "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"]], form: { ...JOHNDOE, scopes: ["!#$%&'()*+,-./:;<=>?@[]^_`{|}~"] } },
  { what: 'white space around the user name', because: 'it belongs to the name', fields: [['username', ' johndoe\t'], ['password', 'secret']], form: { ...JOHNDOE, username: ' johndoe\t' } },
];

const PASSWORDS = [
  '+', ' ', 'a+b c', '&', 'a&b=c', '=', '==', '%', '100%', '%41', '%2B', '%zz', ';', 'a;b', '?#/', '"quoted"', "'", '\\', '[0]', '<b>', '{"a":1}',
  'é', 'e\u0301', 'ß', '密码', '🔑', '\u00A0', '\u200B', '\uFEFF', '\u0000', 'a\u0000b', '\t', '\n', '\r\n', '\u007F', 'p'.repeat(4096), 'null', 'undefined', '0', '__proto__',
];

describe.each(ADAPTERS)('forms on %s', (adapter) => {
  describe.each([{ rawBody: false }, { rawBody: true }])('with $rawBody for rawBody', (options) => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await startFormApp(adapter, options);
    });
    afterAll(() => app.close());

    describe.each(ENCODINGS)('as $type', ({ type, encode }) => {
      it.each(FORMS)('TOK-01: reads a form with $what, because $because', async ({ fields, form }) => {
        const { status, headers, json } = await post(app, encode(fields as [string, string][]), type);
        expect({ status, json }).toEqual({ status: 200, json: form });
        expect(headers['cache-control']).toBe('no-store');
      });
    });

    describe.each([{ type: URLENCODED, encode: urlencoded }, { type: MULTIPART, encode: multipart }])('as $type', ({ type, encode }) => {
      it.each(PASSWORDS.map((password) => [JSON.stringify(password.slice(0, 20)), password]))('RFC 6749 Appendix B: reads the password %s as it was typed', async (_shown, password) => {
        const { status, json } = await post(app, encode([['username', password], ['password', password]]), type);
        expect({ status, json }).toEqual({ status: 200, json: { ...NOTHING_ELSE, username: password, password } });
      });
    });

    it.each([
      { what: 'spaces as %20', body: 'username=john%20doe&password=a%20b' },
      { what: 'spaces as plus', body: 'username=john+doe&password=a+b' },
      { what: 'more escapes than are needed', body: '%75sername=%6A%6f%68n+doe&p%61ssword=a%20b' },
      { what: 'empty pairs', body: '&username=john+doe&&password=a+b&' },
    ])('RFC 6749 Appendix B: reads $what', async ({ body }) => {
      const { status, json } = await post(app, body);
      expect({ status, json }).toEqual({ status: 200, json: { ...NOTHING_ELSE, username: 'john doe', password: 'a b' } });
    });

    it('reads a percent sign that escapes nothing as itself (WHATWG URL §1.3)', async () => {
      const { status, json } = await post(app, 'username=100%&password=%zz%4&x%=1');
      expect({ status, json }).toEqual({ status: 200, json: { ...NOTHING_ELSE, username: '100%', password: '%zz%4' } });
    });

    it('RFC 6749 §3.2: ignores a file that it does not expect', async () => {
      const body = multipart(LOGIN).replace(/--boundary-of-the-test--\r\n$/, '');
      const { status, json } = await post(app, `${body}${part('name="photo"; filename="a.png"', 'x', 'Content-Type: image/png')}--boundary-of-the-test--\r\n`, MULTIPART);
      expect({ status, json }).toEqual({ status: 200, json: JOHNDOE });
    });

    it('reads an equals sign behind the first one as a part of the value', async () => {
      const { status, json } = await post(app, 'username=johndoe&password==a=b=');
      expect({ status, json }).toEqual({ status: 200, json: { ...JOHNDOE, password: '=a=b=' } });
    });

    it('reads letters that were sent as UTF-8 without escapes as the same letters', async () => {
      const { status, json } = await post(app, Buffer.from('username=Zoë&password=é'));
      expect({ status, json }).toEqual({ status: 200, json: { ...NOTHING_ELSE, username: 'Zoë', password: 'é' } });
    });

    it.each([
      { type: MULTIPART, encode: multipart, status: 200 },
      // Two spellings of one name; Nest's own parser for Fastify refuses it anyway.
      { type: URLENCODED, encode: urlencoded, status: 400 },
    ])('answers $status to a field named __proto__ as $type, and it changes no other object', async ({ type, encode, status }) => {
      const response = await post(app, encode([...LOGIN, ['__proto__', 'x'], ['__proto__[polluted]', 'x']]), type);
      expect(response.status).toBe(status);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
  });
});
