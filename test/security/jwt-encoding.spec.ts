import { claims, ed25519, encoded, header, jws, signed } from '../support/hostile-tokens.js';
import { expectInvalidToken, JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const good = () => jws(header(), claims());
const signature = () => good().split('.')[2] ?? '';
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Another text for the same bytes: the last character of 64 bytes in base64url carries four bits that count for nothing. */
function withSpareBits(token: string, bits: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + (alphabet[alphabet.indexOf(token.slice(-1)) + bits] ?? '');
}

/** A token whose signature holds both characters that base64 and base64url write differently. */
function withBothCharacters(): string {
  for (let count = 0; ; count += 1) {
    const token = jws(header(), claims({ jti: `id-${String(count)}` }));
    const last = token.split('.')[2] ?? '';
    if (last.includes('-') && last.includes('_')) return token;
  }
}

function inBase64(token: string): string {
  const [first = '', second = '', last = ''] = token.split('.');
  return `${first}.${second}.${last.replaceAll('-', '+').replaceAll('_', '/')}`;
}

const NOT_CANONICAL = [
  ...Array.from({ length: 15 }, (_, index) => ({
    what: `a signature with ${String(index + 1)} in its spare bits`,
    because: 'one signature has one form',
    token: () => withSpareBits(good(), index + 1),
  })),
  { what: 'a signature with padding', because: 'RFC 7515 §2 has none', token: () => `${good()}==` },
  { what: 'a signature in base64', because: 'RFC 7515 §2 has base64url', token: () => inBase64(withBothCharacters()) },
  { what: 'a space in the signature', because: 'RFC 7515 §2 has no white space', token: () => good().replace(/.{9}$/, (end) => ` ${end}`) },
  { what: 'a tab in the signature', because: 'RFC 7515 §2 has no white space', token: () => good().replace(/.{9}$/, (end) => `\t${end}`) },
  { what: 'a no-break space in the signature', because: 'RFC 7515 §2 has no white space', token: () => good().replace(/.{9}$/, (end) => `\xA0${end}`) },
  { what: 'padding in the header, and a signature over it', because: 'RFC 7515 §2 has none', token: () => signed(`${encoded('{"alg":"EdDSA"} ')}==.${encoded(claims())}`) },
  { what: 'padding in the payload, and a signature over it', because: 'RFC 7515 §2 has none', token: () => signed(`${encoded(header())}.${encoded(`${JSON.stringify(claims())}  `)}=`) },
  { what: 'spare bits in the header, and a signature over it', because: 'one header has one form', token: () => signed(`${withSpareBits(encoded('{"alg":"EdDSA"} '), 1)}.${encoded(claims())}`) },
];

const OTHER_SHAPES = [
  { what: 'one part', because: 'a JWS has three', token: () => encoded(claims()) },
  { what: 'two parts', because: 'a JWS has three', token: () => `${encoded(header())}.${encoded(claims())}` },
  { what: 'four parts', because: 'a JWS has three', token: () => `${good()}.x` },
  { what: 'five parts', because: 'that is an encrypted token (RFC 7516 §3.1)', token: () => `${encoded({ alg: 'dir', enc: 'A256GCM' })}..${encoded('iv')}.${encoded(claims())}.${encoded('tag')}` },
  { what: 'two dots and nothing else', because: 'its parts are empty', token: () => '..' },
  { what: 'an empty payload', because: 'RFC 7797 detaches it, and no JWT may', token: () => `${encoded(header())}..${signature()}` },
  { what: 'an empty header', because: 'it names no algorithm', token: () => signed(`.${encoded(claims())}`) },
  { what: 'a point at its end', because: 'that is a fourth part', token: () => `${good()}.` },
  { what: 'a point before it', because: 'that is a fourth part', token: () => `.${good()}` },
  { what: 'the flattened JSON serialization', because: 'a JWT is compact (RFC 7519 §3)', token: () => json({ protected: encoded(header()), payload: encoded(claims()), signature: signature() }) },
  { what: 'the general JSON serialization', because: 'a JWT is compact (RFC 7519 §3)', token: () => json({ payload: encoded(claims()), signatures: [{ protected: encoded(header()), signature: signature() }] }) },
  { what: 'the JSON serialization in base64url', because: 'a JWT is compact (RFC 7519 §3)', token: () => encoded({ protected: encoded(header()), payload: encoded(claims()), signature: signature() }) },
  { what: 'a token in a token', because: 'a nested JWT has to be asked for (RFC 8725 §2.6)', token: () => jws(header({ cty: 'JWT' }), good()) },
];
const json = (value: unknown) => JSON.stringify(value);

const NOT_CLAIMS = [
  { payload: 'null', because: 'it is not an object (RFC 7519 §7.2)' },
  { payload: '[]', because: 'it is not an object' },
  { payload: '"x"', because: 'it is not an object' },
  { payload: '5', because: 'it is not an object' },
  { payload: 'true', because: 'it is not an object' },
  { payload: 'x', because: 'it is not JSON' },
  { payload: '{"sub":', because: 'it is not JSON' },
  { payload: '{"sub":NaN}', because: 'it is not JSON' },
  { payload: ' ', because: 'it is not JSON' },
];

/** Payloads that would be good, but for their bytes. */
const NOT_UTF8 = [
  { what: 'begins with a byte order mark', bytes: () => Buffer.concat([BOM, Buffer.from(json(claims()))]), because: 'RFC 8259 §8.1 has none' },
  { what: 'holds a byte that is not UTF-8', bytes: () => Buffer.from(json(claims({ sub: 'caf\xE9' })), 'latin1'), because: 'RFC 7519 §7.2 has UTF-8' },
  { what: 'holds an overlong form', bytes: () => Buffer.from(json(claims({ sub: '\xC1\x81' })), 'latin1'), because: 'UTF-8 has one form for each character' },
  { what: 'is UTF-16', bytes: () => Buffer.from(json(claims()), 'utf16le'), because: 'RFC 7519 §7.2 has UTF-8' },
  { what: 'has something behind the claims', bytes: () => Buffer.from(`${json(claims())}x`), because: 'it is not JSON' },
  { what: 'ends with a NUL', bytes: () => Buffer.from(`${json(claims())}\0`), because: 'it is not JSON' },
];

const NOT_A_HEADER = [
  { value: 'null', because: 'it is not an object (RFC 7515 §4)' },
  { value: '[]', because: 'it is not an object' },
  { value: '"EdDSA"', because: 'it is not an object' },
  { value: 'x', because: 'it is not JSON' },
  { value: '{"alg":"EdDSA"', because: 'it is not JSON' },
  { value: '{"__proto__":{"alg":"EdDSA"}}', because: 'a member of that name is no prototype' },
];

/** RFC 7519 §4 allows to keep the last; two readers then disagree, so here a repeated name is refused. */
const REPEATED = [
  { what: 'the claim sub', because: 'two readers could see two subjects', token: () => jws(header(), json(claims()).replace('"sub"', '"sub":"admin","sub"')) },
  { what: 'the claim exp', because: 'two readers could see two times', token: () => jws(header(), json(claims()).replace('"exp"', '"exp":1,"exp"')) },
  { what: 'the claim sub, once with an escape,', because: 'it is the same name', token: () => jws(header(), json(claims()).replace('"sub"', '"s\\u0075b":"admin","sub"')) },
  { what: 'the header parameter alg', because: 'two readers could see two algorithms', token: () => jws('{"alg":"none","alg":"EdDSA","typ":"at+jwt"}', claims(), ed25519) },
  { what: 'the header parameter typ', because: 'two readers could see two types', token: () => jws('{"alg":"EdDSA","typ":"logout+jwt","typ":"at+jwt"}', claims(), ed25519) },
];

/** A good token of this length. */
function tokenOfLength(length: number): string {
  for (let size = length / 2; size < length; size += 1) {
    for (const kid of ['', 'k', 'kk', 'kkk']) {
      const token = jws(header({ kid }), claims({ note: 'n'.repeat(size) }));
      if (token.length === length) return token;
    }
  }
  throw new Error('No such length.');
}

describe.each(ADAPTERS)('encodings of tokens on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(JwtApp.register(), adapter);
  });
  afterAll(() => app.close());

  it.each(NOT_CANONICAL)('JWT-15, RFC 7515 §2: answers 401 invalid_token to $what, because $because', async ({ token }) => {
    expectInvalidToken(await app.get('/eddsa', token()));
  });

  it.each(OTHER_SHAPES)('JWT-18: answers 401 invalid_token to $what, because $because', async ({ token }) => {
    expectInvalidToken(await app.get('/eddsa', token()));
  });

  it.each(NOT_CLAIMS)('JWT-17: answers 401 invalid_token to the payload $payload, because $because', async ({ payload }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), payload)));
  });

  it.each([
    { what: '1,000 numbers', x: Array.from({ length: 1_000 }, () => 0) },
    { what: '1,000 empty objects', x: Array.from({ length: 1_000 }, () => ({})) },
    { what: '1,000 empty lists in lists', x: Array.from({ length: 30 }, () => Array.from({ length: 34 }, () => [])) },
  ])('JWT-17: answers 401 invalid_token to a payload with $what, because they take more memory than characters', async ({ x }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), claims({ x }))));
    expect((await app.get('/eddsa', jws(header(), claims({ x: x.slice(0, 25) })))).status).toBe(200);
  });

  it.each(NOT_UTF8)('JWT-17: answers 401 invalid_token to a payload that $what, because $because', async ({ bytes }) => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), bytes())));
  });

  it.each(NOT_A_HEADER)('JWT-17: answers 401 invalid_token to the header $value, because $because', async ({ value }) => {
    expectInvalidToken(await app.get('/eddsa', jws(value, claims())));
  });

  it.each(REPEATED)('JWT-12: answers 401 invalid_token to $what sent twice, because $because', async ({ token }) => {
    expectInvalidToken(await app.get('/eddsa', token()));
  });

  it('JWT-16: accepts a token of 8,192 characters', async () => {
    expect((await app.get('/eddsa', tokenOfLength(8192))).status).toBe(200);
  });

  it.each([8193, 12_000])('JWT-16: answers 401 invalid_token to a good token of %d characters, because it is too long to be read', async (length) => {
    expectInvalidToken(await app.get('/eddsa', tokenOfLength(length)));
  });

  it('JWT-16: answers 401 invalid_token to a payload of 4,000 lists in each other, because they are no claims', async () => {
    expectInvalidToken(await app.get('/eddsa', jws(header(), '['.repeat(2000) + ']'.repeat(2000))));
  });
});
