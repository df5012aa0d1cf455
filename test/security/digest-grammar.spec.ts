import { expectRefused, expectUser, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { authorizationWith, digestFields, readChallenge } from '../support/digest-client.js';
import { getRaw } from '../support/raw-http.js';
import { ADAPTERS } from '../support/running-app.js';

/** Changes of good credentials that begin with `Digest username="Mufasa", realm="http-auth@example.org", `. */
const MALFORMED: readonly { readonly what: string; readonly change: (good: string) => string }[] = [
  { what: 'only commas', change: () => 'Digest , , ,' },
  { what: 'a quote that is not closed', change: (good) => `${good}, x="y` },
  { what: 'a quote that is not opened', change: (good) => `${good}, x=y"` },
  { what: 'a backslash before the last quote', change: (good) => `${good}, x="y\\"` },
  { what: 'a backslash at the end', change: (good) => `${good}, x="y\\` },
  { what: 'text behind a quoted value', change: (good) => good.replace('"Mufasa"', '"Mufasa"x') },
  { what: 'two quoted values', change: (good) => good.replace('"Mufasa"', '"Mufasa""x"') },
  { what: 'two values', change: (good) => good.replace('qop=auth', 'qop=auth auth-int') },
  { what: 'a value without a name', change: (good) => `${good}, ="x"` },
  { what: 'a name without a value', change: (good) => `${good}, x=` },
  { what: 'a name alone', change: (good) => `${good}, x` },
  { what: 'two equals signs', change: (good) => good.replace('qop=auth', 'qop==auth') },
  { what: 'a value with an equals sign', change: (good) => `${good}, x=y=` },
  { what: 'semicolons', change: (good) => good.replaceAll(', ', '; ') },
  { what: 'no comma', change: (good) => good.replace(', realm', ' realm') },
  { what: 'single quotes', change: (good) => good.replace('"Mufasa"', "'Mu fasa'") },
  { what: 'quotes around a name', change: (good) => good.replace('username', '"username"') },
  { what: 'a space in a name', change: (good) => good.replace('username', 'user name') },
  { what: 'a letter of latin-1 in a name', change: (good) => `${good}, \xFCx=y` },
  { what: 'a letter of latin-1 in a token', change: (good) => `${good}, x=\xFC` },
  { what: 'a no-break space', change: (good) => good.replace(', realm', ',\xA0realm') },
  { what: 'a slash in a token', change: (good) => `${good}, x=/` },
  { what: 'a second scheme', change: (good) => `${good}, Basic YTpi` },
  { what: 'a token of 68 characters', change: () => `Digest ${'a'.repeat(68)}==` },
];

const PARAMETERS = ['username', 'realm', 'nonce', 'uri', 'algorithm', 'response', 'qop', 'nc', 'cnonce', 'opaque'];

const REPEATED = [
  ...PARAMETERS.map((name) => ({ what: `${name} twice, with one value`, more: (value: string) => `${name}=${value}`, of: name })),
  { what: 'a username of somebody else behind the first', more: () => 'username="Scar"', of: 'username' },
  { what: 'a uri of something else behind the first', more: () => 'uri="/api/reads"', of: 'uri' },
  { what: 'a name in another case', more: () => 'USERNAME="Scar"', of: 'username' },
  { what: 'an empty value behind the first', more: () => 'realm=""', of: 'realm' },
  { what: 'an unknown parameter twice', more: () => 'x=y, x=y', of: 'realm' },
  { what: 'a name that objects inherit twice', more: () => '__proto__=a, __proto__=b', of: 'realm' },
];

/** As much as Node takes, nearly; each is the text behind the scheme. */
const LENGTH = 15_000;
const HOSTILE = [
  { what: 'commas', text: ','.repeat(LENGTH) },
  { what: 'spaces and a letter', text: `a${' '.repeat(LENGTH)}b` },
  { what: 'commas and spaces', text: ', '.repeat(LENGTH / 2) },
  { what: 'a letter and tabs', text: `a=${'\t'.repeat(LENGTH)}` },
  { what: 'a name', text: 'a'.repeat(LENGTH) },
  { what: 'a quote that is not closed', text: `a="${'b'.repeat(LENGTH)}` },
  { what: 'escapes in a quote that is not closed', text: `a="${'\\"'.repeat(LENGTH / 2)}` },
  { what: 'backslashes', text: `a="${'\\'.repeat(LENGTH - 5)}"` },
  { what: 'quotes', text: '"'.repeat(LENGTH) },
  { what: 'one parameter, again and again', text: 'a=b,'.repeat(LENGTH / 4) },
  { what: 'parameters', text: Array.from({ length: 1800 }, (_, index) => `a${index}=b`).join(',').slice(0, LENGTH - 5) },
  { what: 'a long name of a user', text: `username="${'\\a'.repeat(LENGTH / 2 - 10)}"` },
];

describe.each(ADAPTERS)('the grammar of Digest credentials on %s', (adapter) => {
  let app: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter);
  });
  afterAll(() => app.close());

  it.each(MALFORMED)('DIG-08: refuses $what, and asks for nobody', async ({ change }) => {
    const before = app.lookups.length;
    const good = authorizationWith(digestFields(await app.call()));
    expect(change(good)).not.toBe(good);
    expectRefused(await app.send({ path: '/api/me', headers: [['Authorization', change(good)]] }));
    expect(app.lookups).toHaveLength(before);
  });

  it('DIG-08: takes the scheme alone for no credentials', async () => {
    const { status, json } = await app.send({ path: '/api/me', headers: [['Authorization', 'Digest']] });
    expect({ status, json }).toEqual({ status: 401, json: { statusCode: 401, message: 'Not authenticated', error: 'Unauthorized' } });
  });

  it.each(REPEATED)('DIG-08: answers 400 to $what (RFC 9110 §11.2), and asks for nobody', async ({ more, of }) => {
    const before = app.lookups.length;
    const fields = digestFields(await app.call());
    const { status, challenges, json } = await app.send({ path: '/api/me', headers: [['Authorization', `${authorizationWith(fields)}, ${more(fields[of] ?? '')}`]] });
    expect({ status, json }).toEqual({ status: 400, json: { statusCode: 400, message: 'Credentials were sent more than once', error: 'Bad Request' } });
    expect(challenges.map((line) => readChallenge(line).stale)).toEqual(['']);
    expect(app.lookups).toHaveLength(before);
  });

  it('DIG-08: answers 400 to two Authorization fields, were they the same', async () => {
    const good = authorizationWith(digestFields(await app.call()));
    const { status } = await app.send({ path: '/api/me', headers: [['Authorization', good], ['Authorization', good]] });
    expect(status).toBe(400);
  });

  it.each(HOSTILE)('DIG-08: refuses 15 KB of $what, asks for nobody, and goes on', async ({ text }) => {
    const before = app.lookups.length;
    const { status } = await getRaw(app.port, '/api/me', [`Authorization: Digest ${text}`]);
    expect([400, 401]).toContain(status);
    expect(app.lookups).toHaveLength(before);
    expectUser(await app.answer(await app.call()), 'Mufasa');
  });

  it('DIG-08: answers 431 to more than 16 KB, as Node does', async () => {
    expect((await getRaw(app.port, '/api/me', [`Authorization: Digest ${'a=b, '.repeat(4000)}`])).status).toBe(431);
  });
});
