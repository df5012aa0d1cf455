import { multipart, MULTIPART, post, startFormApp, URLENCODED, urlencoded } from '../support/form-app.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const LOGIN = [['username', 'johndoe'], ['password', 'secret']] as const;

type Fields = readonly (readonly [string, string])[];
type Row = { what: string; because: string; fields: Fields; error: string };

/** Refused in every encoding. */
const FIELDS: readonly Row[] = [
  { what: 'no fields', because: 'who logs in is missing', fields: [], error: 'invalid_request' },
  { what: 'no username', because: 'it is required (RFC 6749 §4.3.2)', fields: [['password', 'secret']], error: 'invalid_request' },
  { what: 'no password', because: 'it is required (RFC 6749 §4.3.2)', fields: [['username', 'johndoe']], error: 'invalid_request' },
  { what: 'an empty username', because: 'empty counts as not sent (RFC 6749 §3.2)', fields: [['username', ''], ['password', 'secret']], error: 'invalid_request' },
  { what: 'an empty password', because: 'empty counts as not sent (RFC 6749 §3.2)', fields: [['username', 'johndoe'], ['password', '']], error: 'invalid_request' },
  { what: 'username in another case', because: 'names have case', fields: [['Username', 'johndoe'], ['password', 'secret']], error: 'invalid_request' },
  { what: 'username twice', because: 'RFC 6749 §3.2 allows one', fields: [...LOGIN, ['username', 'admin']], error: 'invalid_request' },
  { what: 'password twice, the same', because: 'RFC 6749 §3.2 allows one', fields: [...LOGIN, ['password', 'secret']], error: 'invalid_request' },
  { what: 'scope twice', because: 'RFC 6749 §3.2 allows one', fields: [...LOGIN, ['scope', 'me'], ['scope', 'items']], error: 'invalid_request' },
  { what: 'an unknown field twice', because: 'RFC 6749 §3.2 allows one', fields: [...LOGIN, ['x', '1'], ['x', '2']], error: 'invalid_request' },
  { what: 'password[x]', because: 'a password has no parts', fields: [['username', 'johndoe'], ['password[x]', 'secret']], error: 'invalid_request' },
  { what: 'password[length]', because: 'a password has no parts', fields: [['username', 'johndoe'], ['password[length]', '500000000']], error: 'invalid_request' },
  { what: 'password[]', because: 'a password is no list', fields: [['username', 'johndoe'], ['password[]', 'secret']], error: 'invalid_request' },
  { what: 'username[]', because: 'a user name is no list', fields: [['username[]', 'johndoe'], ['password', 'secret']], error: 'invalid_request' },
  { what: '[username]', because: 'a name in brackets is another name', fields: [['[username]', 'johndoe'], ['password', 'secret']], error: 'invalid_request' },
  { what: 'fields of __proto__', because: 'a form inherits nothing', fields: [['__proto__[username]', 'johndoe'], ['__proto__[password]', 'secret']], error: 'invalid_request' },
  ...['refresh_token', 'Password', 'password ', 'urn:ietf:params:oauth:grant-type:token-exchange'].map((grantType) => ({
    what: `grant_type ${JSON.stringify(grantType)}`, because: 'it is another grant', fields: [...LOGIN, ['grant_type', grantType] as const], error: 'invalid_request',
  })),
  ...['me  items', ' me', 'me ', ' ', 'me\titems', 'me\nitems', 'me\u00A0items', 'me\u3000items', '"me"', 'me\\items', 'm\u00E9', 'me\u0000', 'me\u007F'].map((scope) => ({
    what: `scope ${JSON.stringify(scope)}`, because: 'TOK-05: RFC 6749 §3.3 has printable ASCII and single spaces', fields: [...LOGIN, ['scope', scope] as const], error: 'invalid_scope',
  })),
];

describe.each(ADAPTERS)('refused fields on %s', (adapter) => {
  describe.each([{ rawBody: false }, { rawBody: true }])('with $rawBody for rawBody', (options) => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await startFormApp(adapter, options);
    });
    afterAll(() => app.close());

    describe.each([{ type: URLENCODED, encode: urlencoded }, { type: MULTIPART, encode: multipart }])('as $type', ({ type, encode }) => {
      it.each(FIELDS)('TOK-01, TOK-05: answers 400 $error to $what, because $because', async ({ fields, error }) => {
        const { status, headers, json } = await post(app, encode(fields), type);
        expect({ status, json }).toEqual({ status: 400, json: { error, error_description: expect.stringMatching(/\S/) } });
        expect(headers['cache-control']).toBe('no-store');
        expect(headers['content-type']).toMatch(/^application\/json/);
      });
    });
  });
});
