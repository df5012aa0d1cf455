import type { KeyObject } from 'node:crypto';
import { claims, claimsWithRaw, encoded, foreign, header, hmac, jws, signed, signedWith, unsigned } from './hostile-tokens.js';
import type { Signer } from './hostile-tokens.js';

/** What an attacker knows of an API that takes tokens of one algorithm: good tokens, and the public key. */
export interface Target {
  readonly alg: string;
  readonly kid: string;
  /** Makes signatures that are good: for tokens that an issuer signs, and that are still none for this API. */
  readonly signer: Signer;
  /** `null` where there is a secret, which the attacker does not know. */
  readonly publicKey: KeyObject | null;
  /** Where an attacker listens. */
  readonly trap: string;
}

/** A token that must not be accepted. */
export interface Attack {
  readonly what: string;
  readonly token: string;
}

type Changes = Readonly<Record<string, unknown>>;

/** All attacks on one target, each by a name of its own. */
export function attacksOn(target: Target): readonly Attack[] {
  return [
    ...algorithms(target),
    ...confusedKeys(target),
    ...strangersKeys(target),
    ...signatures(target),
    ...headers(target),
    ...wrongClaims(target),
    ...encodings(target),
    ...shapes(target),
  ].map(([what, token]) => ({ what, token }));
}

type Named = readonly [what: string, token: string];

/** A token that is good but for what is changed; signed by the issuer. */
function token({ alg, kid, signer }: Target, inHeader: Changes, inClaims: Changes = {}, by: Signer = signer): string {
  return jws(header({ alg, kid, ...inHeader }), claims(inClaims), by);
}

function algorithms(target: Target): Named[] {
  const names = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', '', undefined, null, 0, true, [target.alg], { [target.alg]: 1 }, target.alg.toLowerCase() + '\0', `${target.alg} `, 'HS1', 'RS1', 'dir', 'A256GCM', 'PBES2-HS256+A128KW', 'Ed448', 'ES256K', '__proto__', 'constructor', 'toString'];
  const others = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'].filter((name) => name !== target.alg);
  return [...names, ...others].flatMap((alg): Named[] => [
    [`alg ${JSON.stringify(alg)} without a signature`, token(target, { alg }, {}, unsigned)],
    [`alg ${JSON.stringify(alg)} with the issuer's signature`, token(target, { alg })],
  ]);
}

/** What is public, taken for a secret. @see RFC 8725 §2.1 */
function confusedKeys(target: Target): Named[] {
  const secrets: Readonly<Record<string, string | Buffer>> = {
    'nothing': '', 'the algorithm': target.alg, 'the kid': target.kid, 'secret': 'secret', 'NUL': '\0',
    ...(target.publicKey !== null && formsOf(target.publicKey)),
  };
  return Object.entries(secrets).flatMap(([what, secret]) =>
    ['HS256', 'HS384', 'HS512', target.alg].map((alg): Named => [`${what} as a secret of ${alg}`, token(target, { alg }, {}, hmac(secret, alg.startsWith('HS') ? alg.replace('HS', 'sha') : 'sha256'))]),
  );
}

function formsOf(key: KeyObject): Record<string, string | Buffer> {
  const pem = key.export({ format: 'pem', type: 'spki' }).toString();
  const der = key.export({ format: 'der', type: 'spki' });
  const jwk = key.export({ format: 'jwk' });
  return {
    'PEM': pem, 'PEM without its newline': pem.trimEnd(), 'PEM with CRLF': pem.replaceAll('\n', '\r\n'), 'PEM behind white space': ` \n${pem}`,
    'DER': der, 'DER in base64': der.toString('base64'), 'DER in base64url': der.toString('base64url'), 'JWK': JSON.stringify(jwk), 'JWK Set': JSON.stringify({ keys: [jwk] }),
    'a number of the key': Buffer.from(jwk.n ?? jwk.x ?? '', 'base64url'),
  };
}

/** Keys that the sender brings along, or points to. @see RFC 8725 §3.10 */
function strangersKeys(target: Target): Named[] {
  const by = signedWith(null, foreign.privateKey);
  const jwk = foreign.publicKey.export({ format: 'jwk' });
  const der = foreign.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const headers: readonly Changes[] = [
    {}, { jwk }, { jwk: { ...jwk, kid: target.kid } }, { jwk: { kty: 'oct', k: '' } }, { x5c: [der] }, { x5t: 'x' }, { 'x5t#S256': 'x' },
    { jku: target.trap }, { x5u: target.trap }, { jku: target.trap, jwk }, { jku: `${target.trap}#${target.kid}` }, { iss: target.trap }, { issuer: target.trap }, { jku: 'file:///dev/null' },
    ...['../../../../dev/null', '/dev/null', "' OR '1'='1", '| sleep 5', 'a\0b', '__proto__', 'constructor', 'k'.repeat(2048), '', `${target.kid} `, target.trap, {}, [], [target.kid], null, 5, true].map((kid) => ({ kid })),
  ];
  return headers.flatMap((parameters): Named[] => {
    const what = JSON.stringify(parameters).slice(0, 60);
    return [[`a stranger's key with ${what}`, token(target, parameters, {}, by)], [`a stranger's Ed25519 key with ${what}`, token(target, { alg: 'EdDSA', ...parameters }, {}, by)]];
  });
}

function signatures(target: Target): Named[] {
  const good = token(target, {});
  const [head = '', payload = '', signature = ''] = good.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const turned = Array.from({ length: 16 }, (_, index) => Math.floor((index * bytes.length) / 16)).map((at): Named => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    return [`a bit of byte ${String(at)} of the signature turned`, `${head}.${payload}.${changed.toString('base64url')}`];
  });
  const others: readonly (readonly [string, Buffer])[] = [
    ['no signature', Buffer.alloc(0)], ['zeros', Buffer.alloc(bytes.length)], ['ones', Buffer.alloc(bytes.length, 0xff)], ['a byte less', bytes.subarray(1)], ['a byte more', Buffer.concat([bytes, Buffer.alloc(1)])],
    ['half of it', bytes.subarray(0, bytes.length / 2)], ['twice', Buffer.concat([bytes, bytes])], ['backwards', Buffer.from(bytes).reverse()], ['DER around it', Buffer.concat([Buffer.from([0x30, bytes.length]), bytes])],
  ];
  return [
    ...turned,
    ...others.map(([what, changed]): Named => [`the signature: ${what}`, `${head}.${payload}.${changed.toString('base64url')}`]),
    ['other claims under the signature', `${head}.${encoded(claims({ sub: 'admin' }))}.${signature}`],
    ['more scopes under the signature', `${head}.${encoded(claims({ scope: 'me admin' }))}.${signature}`],
    ['another header under the signature', `${encoded(header({ alg: target.alg, kid: target.kid, x: 1 }))}.${payload}.${signature}`],
    ['the signature of another token', `${head}.${payload}.${token(target, {}, { jti: 'id-2' }).split('.')[2] ?? ''}`],
  ];
}

/** Signed by the issuer, and not an access token. */
function headers(target: Target): Named[] {
  const types = [undefined, 'JWT', 'jwt', 'application/jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt', 'rt+jwt', 'id+jwt', 'at+jwt ', 'text/at+jwt', 'application/application/at+jwt', '', 5, null, ['at+jwt'], { at: 'jwt' }];
  const extensions: readonly Changes[] = [
    { crit: ['exp'], exp: 1 }, { crit: ['x'], x: true }, { crit: ['alg'] }, { crit: ['absent'] }, { crit: ['b64'], b64: true }, { crit: ['b64'], b64: false }, { crit: ['b64', 'b64'], b64: true }, { crit: [] }, { crit: 'b64' }, { crit: {} }, { crit: null }, { crit: [5] }, { crit: ['__proto__'] },
    { b64: false }, { b64: true }, { zip: 'DEF' }, { zip: null }, { kid: 5 }, { kid: null }, { kid: [target.kid] },
    // Of a single key a token may say what it likes.
    ...(target.publicKey === null ? [] : ['unknown', '', '__proto__'].map((kid) => ({ kid }))),
  ];
  return [...types.map((typ) => ({ typ })), ...extensions].map((parameters): Named => [`the header ${JSON.stringify(parameters)}, typ ${String('typ' in parameters)}`, token(target, parameters)]);
}

function wrongClaims(target: Target): Named[] {
  const now = Math.floor(Date.now() / 1000);
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    iss: ['https://evil.example.com', 'https://id.example.com/', 'HTTPS://ID.EXAMPLE.COM', 'https://id.example.com\0', ['https://id.example.com'], ['https://evil.example.com', 'https://id.example.com'], '__proto__'],
    aud: ['https://other.example.com', 'https://api.example.com/', 'https://api.example.co', 'https://API.example.com', ['https://other.example.com'], ['https://api.example.com', 5], [['https://api.example.com']], 'https://other.example.com https://api.example.com'],
    exp: [now - 10, now - 3600, String(now + 600), now + 0.5, -1, 0, 2 ** 53, [now + 600]],
    sub: [['johndoe'], { $ne: null }], client_id: [['test']], iat: [now + 3600, String(now), now - 0.5], jti: [['id-1']],
  };
  const required = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'].flatMap((claim) =>
    [undefined, null, '', [], {}, true, claim === 'exp' || claim === 'iat' ? 'soon' : 5, ...(wrong[claim] ?? [])].map((value): Changes => ({ [claim]: value })));
  const purposes: readonly Changes[] = [
    { nbf: now + 3600 }, { nbf: 'now' }, { nbf: null }, { nbf: -1 }, { at_hash: 'x' }, { c_hash: 'x' }, { events: {} }, { token_use: 'id' }, { token_use: 'refresh' }, { token_use: ['access'] }, { typ: 'ID' }, { typ: 'Refresh' }, { typ: 'Offline' }, { typ: 'Logout' }, { cnf: { jkt: 'x' } }, { cnf: { 'x5t#S256': 'x' } }, { cnf: {} }, { cnf: null },
  ];
  const raw = [['exp', '1e400'], ['exp', '1.5e308'], ['exp', '-0'], ['iat', '1e400'], ['nbf', '1e400'], ['sub', '1e400']] as const;
  return [
    ...[...required, ...purposes].map((changes): Named => [`the claim ${JSON.stringify(changes)} ${Object.keys(changes).join()}`, token(target, {}, changes)]),
    ...raw.map(([claim, value]): Named => [`the claim ${claim} ${value} as it is written`, jws(header({ alg: target.alg, kid: target.kid }), claimsWithRaw(claim, value), target.signer)]),
  ];
}

function encodings(target: Target): Named[] {
  const good = token(target, {});
  const protectedHeader = header({ alg: target.alg, kid: target.kid });
  const text = JSON.stringify(claims());
  const payloads: readonly (string | Buffer)[] = [
    'null', '[]', '"x"', '5', 'true', 'x', '{"sub":', '{"sub":NaN}', ' ', `${text}x`, `${text}\0`, `\uFEFF${text}`, `[${text}]`, '['.repeat(2000) + ']'.repeat(2000), '{"a":'.repeat(800) + '1' + '}'.repeat(800),
    Buffer.from(text, 'utf16le'), Buffer.from(text.replace('johndoe', 'caf\xE9'), 'latin1'), Buffer.from(text.replace('johndoe', '\xC1\x81'), 'latin1'),
    text.replace('"sub"', '"sub":"admin","sub"'), text.replace('"sub"', '"s\\u0075b":"admin","sub"'), text.replace('"exp"', '"exp":1,"exp"'), text.replace('"sub"', '"x":{"a":1,"a":2},"sub"'),
  ];
  const heads = ['null', '[]', `"${target.alg}"`, 'x', `{"alg":"${target.alg}"`, `{"__proto__":{"alg":"${target.alg}"}}`, `{"alg":"none","alg":"${target.alg}","typ":"at+jwt"}`, `{"alg":"${target.alg}","typ":"x","typ":"at+jwt"}`, `\uFEFF${JSON.stringify(protectedHeader)}`];
  return [
    ...payloads.map((payload, index): Named => [`payload ${String(index)}`, jws(protectedHeader, payload, target.signer)]),
    ...heads.map((head, index): Named => [`header ${String(index)}`, jws(head, claims(), target.signer)]),
    ...['=', '==', ' x', '%3D', '.', '\tx', '~', '+'].map((end): Named => [`${JSON.stringify(end)} behind it`, `${good}${end}`]),
    ...['.', 'x ', '='].map((start): Named => [`${JSON.stringify(start)} before it`, `${start}${good}`]),
    ['padding in the header, signed', signed(`${encoded(JSON.stringify(protectedHeader).replace(/ *$/, ' '.repeat(3)))}=.${encoded(claims())}`, target.signer)],
    ['base64 in the payload, signed', signed(`${encoded(protectedHeader)}.${Buffer.from(JSON.stringify(claims({ note: '???>>>' }))).toString('base64')}`, target.signer)],
  ];
}

function shapes(target: Target): Named[] {
  const good = token(target, {});
  const [head = '', payload = '', signature = ''] = good.split('.');
  return [
    ['one part', payload], ['two parts', `${head}.${payload}`], ['four parts', `${good}.${signature}`], ['five parts', `${encoded({ alg: 'dir', enc: 'A256GCM' })}..${head}.${payload}.${signature}`], ['dots alone', '..'],
    ['no header', `.${payload}.${signature}`], ['no payload', `${head}..${signature}`], ['no payload, and signed so', signed(`${head}.`, target.signer)],
    ['the JSON serialization, encoded', encoded({ protected: head, payload, signature })], ['a token in a token', jws(header({ alg: target.alg, kid: target.kid, cty: 'JWT' }), good, target.signer)],
    ['more than 8,192 characters', token(target, {}, { note: 'n'.repeat(6500) })], ['12,000 characters', token(target, {}, { note: 'n'.repeat(8800) })],
  ];
}
