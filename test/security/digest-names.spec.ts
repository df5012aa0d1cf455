import { DigestStrategy } from 'nestjs-scopes';
import { expectRefused, expectUser, firstOf, JASON, JUERGEN, MUFASA, QUOTER, REALM, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { quoted } from '../support/digest-client.js';
import type { DigestFields } from '../support/digest-client.js';
import { ADAPTERS } from '../support/running-app.js';

const USERS = [MUFASA, JASON, JUERGEN, QUOTER, { name: '\u30E6\u30FC\u30B6\u30FC', password: '\u5BC6\u7801' }, { name: 'co:lon', password: 'pa:ss' }, { name: '', password: 'nameless' }];

const extended = (value: string): DigestFields => ({ username: undefined, 'username*': value });

/** Written for Mufasa's name, whose password is right. */
const UNREADABLE: readonly { readonly what: string; readonly fields: DigestFields; readonly because: string }[] = [
  { what: 'username and username*', fields: { 'username*': "UTF-8''Mufasa" }, because: 'two readers could take one each (RFC 7616 §3.4)' },
  { what: 'username* in another charset', fields: extended("ISO-8859-1''Mufasa"), because: 'it is UTF-8 (RFC 7616 §3.4)' },
  { what: 'username* without its quotes', fields: extended('Mufasa'), because: 'it is an ext-value (RFC 8187 §3.2.1)' },
  { what: 'username* with one quote', fields: extended("UTF-8'Mufasa"), because: 'it is an ext-value (RFC 8187 §3.2.1)' },
  { what: 'username* that is not UTF-8', fields: extended("UTF-8''Mufasa%FC"), because: 'its bytes stand for no name' },
  { what: 'username* in overlong UTF-8', fields: extended("UTF-8''%C1%8Dufasa"), because: 'one name would have two spellings' },
  { what: 'username* with half an escape', fields: extended("UTF-8''Mufasa%4"), because: 'it is an ext-value (RFC 8187 §3.2.1)' },
  { what: 'username* with a letter that must be escaped', fields: extended('"UTF-8\'\'Muf asa"'), because: 'it is an ext-value (RFC 8187 §3.2.1)' },
  { what: 'username* with a NUL', fields: extended("UTF-8''Mufasa%00"), because: 'a store may end there' },
  { what: 'username* with a newline', fields: extended("UTF-8''Mufasa%0A"), because: 'a log would have two lines' },
  { what: 'username* with DEL', fields: extended("UTF-8''Mufasa%7F"), because: 'it is a control character' },
  { what: 'a username in latin-1', fields: { username: '"Mufas\xE4"' }, because: 'it is UTF-8, as the challenge says (RFC 7616 §3.3)' },
  { what: 'a username with a tab', fields: { username: '"Mufasa\t"' }, because: 'it is a control character' },
];

const OTHERS: readonly { readonly what: string; readonly fields: DigestFields }[] = [
  { what: 'a byte order mark', fields: { username: '"\xEF\xBB\xBFMufasa"' } },
  { what: 'a byte order mark in username*', fields: extended("UTF-8''%EF%BB%BFMufasa") },
  { what: 'another case', fields: { username: '"mufasa"' } },
  { what: 'a space behind it', fields: { username: '"Mufasa "' } },
  { what: 'decomposed letters', fields: { username: quoted('ju\u0308rgen') } },
  { what: 'percent signs that are no escapes', fields: { username: '"%4Dufasa"' } },
  { what: 'names that objects inherit', fields: { username: '"__proto__"' } },
];

describe.each(ADAPTERS)('user names of Digest on %s', (adapter) => {
  let app: DigestApp;
  let hiding: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter);
    hiding = await startDigest(adapter, { userhash: true, algorithms: ['SHA-256', 'SHA-256-sess', 'MD5'] });
  });
  afterAll(async () => {
    await app.close();
    await hiding.close();
  });

  it('DIG-07: says that names and passwords are UTF-8, and whether names may be hidden', async () => {
    expect((await app.challenges()).map(({ charset, userhash }) => [charset, userhash])).toEqual([['UTF-8', '']]);
    expect((await hiding.challenges()).map(({ charset, userhash }) => [charset, userhash])).toEqual([['UTF-8', 'true'], ['UTF-8', 'true'], ['UTF-8', 'true']]);
  });

  it.each(USERS.flatMap((user) => (['plain', 'extended', 'hashed'] as const).map((naming) => ({ ...user, naming }))))('DIG-07: knows "$name" by the $naming name', async (user) => {
    expectUser(await hiding.answer(await hiding.call(user)), user.name);
  });

  it('DIG-07: knows a name whose charset or language is written otherwise', async () => {
    for (const value of ["utf-8'de'j%c3%bcrgen", "UTF-8''%6A%C3%BCrgen"]) {
      expectUser(await app.answer(await app.call(JUERGEN), extended(value)), JUERGEN.name);
    }
  });

  it.each(UNREADABLE)('DIG-07: refuses $what, because $because, and asks for nobody', async ({ fields }) => {
    const before = app.lookups.length;
    expectRefused(await app.answer(await app.call(), fields));
    expect(app.lookups).toHaveLength(before);
  });

  it.each(OTHERS)('DIG-07: takes a name with $what for another name', async ({ fields }) => {
    expectRefused(await app.answer(await app.call(), fields));
    expect(app.lookups.at(-1)).not.toBe('Mufasa');
  });

  it('DIG-07: refuses a hidden name where that was not offered, and asks for nobody', async () => {
    const before = app.lookups.length;
    expectRefused(await app.answer(await app.call({ naming: 'hashed' })));
    expect(app.lookups).toHaveLength(before);
  });

  it.each([
    { what: 'of nobody', username: () => DigestStrategy.userhash('Scar', REALM), because: 'nobody has this name' },
    { what: 'of another realm', username: () => DigestStrategy.userhash('Mufasa', 'other'), because: 'the realm is hashed' },
    { what: 'of another algorithm', username: () => DigestStrategy.userhash('Mufasa', REALM, 'MD5'), because: 'it is the hash of the algorithm' },
    { what: 'that is the name', username: () => 'Mufasa', because: 'it is no hash' },
    { what: 'that is empty', username: () => '', because: 'it is no hash' },
  ])('DIG-07: refuses a hash $what, because $because', async ({ username }) => {
    expectRefused(await hiding.answer(await hiding.call({ naming: 'hashed' }), { username: quoted(username()) }));
  });

  it('DIG-07: refuses a hash in username*, which is for names (RFC 7616 §3.4)', async () => {
    const userhash = DigestStrategy.userhash('Mufasa', REALM);
    for (const value of [userhash, `UTF-8''${userhash}`]) {
      expectRefused(await hiding.answer(await hiding.call({ naming: 'hashed' }), extended(value)));
    }
  });

  it('DIG-07: takes a hash for a name where userhash is not true', async () => {
    const call = await hiding.call({ naming: 'hashed' });
    expectRefused(await hiding.answer(call, { userhash: 'false' }));
    expectRefused(await hiding.answer(call, { userhash: undefined }));
    expectUser(await hiding.answer(call), 'Mufasa');
  });

  it('DIG-07: looks a hidden name up by the hash of the session algorithm', async () => {
    const challenge = firstOf((await hiding.challenges()).filter(({ algorithm }) => algorithm === 'SHA-256-sess'));
    expectUser(await hiding.answer(await hiding.call({ challenge, naming: 'hashed' })), 'Mufasa');
  });
});
