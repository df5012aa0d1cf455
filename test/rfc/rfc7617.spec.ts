import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { PASSWORDS, SchemesApp } from '../support/schemes-app.js';

const encoded = (bytes: string | Buffer): string => `Basic ${Buffer.from(bytes as string).toString('base64')}`;
const johndoe = encoded('johndoe:pa:ss:word');

/** `Basic` and its base64, sent as they are; nobody may be let in. */
const MALFORMED = [
  { value: 'Basic', because: 'nothing follows' },
  { value: 'Basic =', because: 'padding alone is nothing (RFC 4648 §4)' },
  { value: 'Basic johndoe:pa:ss:word', because: 'it is not encoded' },
  { value: encoded('test:123\u00A3').replace(/=+$/, ''), because: 'the padding is missing (RFC 4648 §3.2)' },
  { value: `${johndoe}==`, because: 'there is more padding than belongs there' },
  { value: johndoe.replace('IG', 'I G').replace('am', 'a m'), because: 'a space stands inside' },
  { value: johndoe.replace('am9', 'am!9'), because: 'RFC 4648 §3.3: what is not of the alphabet is refused' },
  { value: `${johndoe}xyz`, because: 'something follows the padding' },
  { value: `${johndoe}, Bearer x`, because: 'two schemes are not one' },
  { value: `Basic ${Buffer.from('empty:').toString('base64').replace(/.$/, 'B')}`, because: 'RFC 4648 §3.5: the last bits must be zero' },
  { value: encoded('johndoe'), because: 'there is no colon' },
  { value: encoded(''), because: 'there is no colon' },
  { value: encoded(Buffer.from('test:123\xA3', 'latin1')), because: 'RFC 7617 §2.1: the bytes are not UTF-8' },
  { value: encoded(Buffer.from('test:123\xC2\xA3\xFF', 'latin1')), because: 'RFC 7617 §2.1: the bytes are not UTF-8' },
  { value: encoded('jane:pass\0'), because: 'RFC 7617 §2: control characters are not allowed' },
  { value: encoded('jane\n:pass'), because: 'RFC 7617 §2: control characters are not allowed' },
  { value: encoded('jane:pass\x7F'), because: 'RFC 7617 §2: control characters are not allowed' },
];

describe.each(ADAPTERS)('RFC 7617, Basic, on %s', (adapter) => {
  let app: RunningApp;
  const send = (path: string, ...values: readonly string[]) => app.send({ path, headers: values.map((value) => ['Authorization', value] as const) });
  beforeAll(async () => {
    app = await start(SchemesApp, adapter);
  });
  afterAll(() => app.close());

  it.each([
    { value: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', name: 'Aladdin', because: '§2 has this example' },
    { value: 'Basic dGVzdDoxMjPCow==', name: 'test', because: '§2.1 has this example' },
    { value: johndoe, name: 'johndoe', because: '§2: only the first colon separates' },
    { value: encoded(':nameless'), name: '', because: '§2: the user-id may be empty' },
    { value: encoded('empty:'), name: 'empty', because: '§2: the password may be empty' },
    { value: encoded('J\u00FCrgen:stra\u00DFe \uD83D\uDD11'), name: 'J\u00FCrgen', because: '§2.1: UTF-8 goes beyond ASCII' },
    { value: johndoe.replace('Basic', 'bAsIc'), name: 'johndoe', because: '§2: the scheme has no case' },
    { value: johndoe.replace(' ', '   '), name: 'johndoe', because: 'RFC 9110 §11.4: one or more spaces' },
  ])('§2: lets in $value, because $because', async ({ value, name }) => {
    const { status, json } = await send('/basic', value);
    expect({ status, json }).toEqual({ status: 200, json: { user: { name }, pair: { username: name, password: PASSWORDS[name] } } });
  });

  it.each([
    { sent: 'jane:pass:ANYTHING', because: 'a password is not cut at its second colon' },
    { sent: 'johndoe:pa', because: 'a password is not cut at its second colon' },
    { sent: 'johndoe:pa:ss:wor', because: 'a part is not the whole' },
    { sent: 'jane: pass', because: 'a space belongs to the password' },
    { sent: 'JANE:pass', because: 'names have case' },
    { sent: '\uFEFFjane:pass', because: 'a byte order mark is a character like others' },
    { sent: 'jane:', because: 'the empty password is a wrong one' },
    { sent: ':', because: 'nobody has no name and no password' },
    { sent: '__proto__:x', because: 'it is a name that nobody has' },
    { sent: 'Ju\u0308rgen:stra\u00DFe \uD83D\uDD11', because: 'it is another sequence of characters' },
  ])('HDR-08: answers 401 to $sent, because $because', async ({ sent }) => {
    const { status, challenges, json } = await send('/basic', encoded(sent));
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Basic realm="foo", charset="UTF-8"'] });
    expect(json).toEqual({ statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' });
  });

  it.each(MALFORMED)('HDR-08: answers 401 to $value, because $because', async ({ value }) => {
    const { status, challenges, json } = await send('/basic', value);
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Basic realm="foo", charset="UTF-8"'] });
    expect(json.message).toBe('Not authenticated');
  });

  it.each(MALFORMED)('HDR-08: does not take the sender of $value for nobody where credentials may be absent', async ({ value }) => {
    expect((await send('/optional-basic', value)).status).toBe(401);
  });

  it.each(['NotBasicAtAll QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'XBASICX QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Basic\tQWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Bearer x', ''])(
    'RFC 9110 §11.1: takes "%s" for another scheme, so that no credentials were sent',
    async (value) => {
      const { status, json } = await send('/basic', value);
      expect({ status, message: json.message }).toEqual({ status: 401, message: 'Not authenticated' });
      expect((await send('/optional-basic', value)).json).toEqual({ user: null });
    },
  );

  it('HDR-01: answers 400 to two Authorization fields', async () => {
    expect((await send('/basic', johndoe, johndoe)).status).toBe(400);
  });

  it('enforces the scopes that validate() returned', async () => {
    const { status, json } = await send('/basic-write', johndoe);
    expect({ status, message: json.message }).toEqual({ status: 403, message: 'Not enough permissions' });
  });
});
