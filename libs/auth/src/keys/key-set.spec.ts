import fc from 'fast-check';
import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { KeySet, keySet, keySetInTurns } from './key-set.js';
import type { JwtAlgorithm } from './verification-key.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
const ed25519 = generateKeyPairSync('ed25519').publicKey;
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;

function jwk(key: KeyObject, members: object = {}): JsonWebKey & Record<string, unknown> {
  return { ...key.export({ format: 'jwk' }), ...members };
}

const good = jwk(ed25519, { kid: 'good' });

function read(keys: unknown, ...algorithms: readonly JwtAlgorithm[]): KeySet {
  const set = keySet({ keys }, algorithms);
  if (!(set instanceof KeySet)) throw new Error(set.problem);
  return set;
}

function problem(document: unknown, ...algorithms: readonly JwtAlgorithm[]): string {
  const set = keySet(document, algorithms);
  return set instanceof KeySet ? 'no problem' : `${set.problem}: ${set.mend}`;
}

describe('keySet', () => {
  it('KEY-10, CVE-2026-22818: pins a key without alg to the first algorithm that it fits, whatever a token says', () => {
    const set = read([jwk(rsa.publicKey, { kid: 'r' }), jwk(p384, { kid: 'e' })], 'HS256', 'PS256', 'RS256', 'ES384');
    expect(set.keyFor({ alg: 'PS256', kid: 'r' })?.algorithm).toBe('PS256');
    expect(set.keyFor({ alg: 'ES384', kid: 'e' })?.algorithm).toBe('ES384');
    expect(set.keyFor({ alg: 'RS256', kid: 'r' })).toBeNull();
    expect(set.keyFor({ alg: 'HS256', kid: 'r' })).toBeNull();
  });

  it('RFC 7517 §4.4: pins a key to its alg, also where another algorithm comes first', () => {
    const set = read([jwk(rsa.publicKey, { kid: 'r', alg: 'RS512' })], 'RS256', 'RS512');
    expect(set.keyFor({ alg: 'RS512', kid: 'r' })?.algorithm).toBe('RS512');
    expect(set.keyFor({ alg: 'RS256', kid: 'r' })).toBeNull();
  });

  it('has one parsed key for each answer', () => {
    const set = read([good], 'EdDSA');
    const pinned = set.keyFor({ alg: 'EdDSA', kid: 'good' });
    expect(pinned?.key.export({ format: 'jwk' })).toEqual(jwk(ed25519));
    expect(set.keyFor({ alg: 'EdDSA', kid: 'good' })).toBe(pinned);
  });

  it('JWT-14: knows no key of a foreign name', () => {
    const set = read([good, jwk(p256)], 'EdDSA', 'ES256');
    for (const kid of ['', 'GOOD', 'good ', '__proto__', 'constructor', 'undefined', '0']) expect(set.keyFor({ alg: 'EdDSA', kid })).toBeNull();
    expect(set.keyFor({ alg: 'ES256', kid: 'undefined' })).toBeNull();
  });

  it('gives a token without kid the only key of its algorithm, and none where there are several', () => {
    const set = read([good, jwk(p256, { kid: '1' }), jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, { kid: '2' })], 'EdDSA', 'ES256');
    for (const kid of ['1', '2']) expect(set.keyFor({ alg: 'ES256', kid })?.algorithm).toBe('ES256');
    expect(set.keyFor({ alg: 'EdDSA', kid: undefined })?.algorithm).toBe('EdDSA');
    expect(set.keyFor({ alg: 'ES256', kid: undefined })).toBeNull();
    expect(set.keyFor({ alg: 'RS256', kid: undefined })).toBeNull();
  });

  it.each([
    { what: 'an unknown kty', key: { kty: 'NEW', x: 'AA' } },
    { what: 'no kty', key: { kid: 'x' } },
    { what: 'an unknown curve', key: { ...jwk(p256), crv: 'P-999' } },
    { what: 'a curve that no algorithm has', key: jwk(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey) },
    { what: 'another curve than its alg', key: jwk(p384, { alg: 'ES256' }) },
    { what: 'another type than its alg', key: jwk(p256, { alg: 'RS256' }) },
    { what: 'a symmetric alg', key: jwk(rsa.publicKey, { alg: 'HS256' }) },
    { what: 'an alg that is not the issuer’s', key: jwk(rsa.publicKey, { alg: 'RS384' }) },
    { what: 'an alg that is no text', key: jwk(rsa.publicKey, { alg: ['RS256'] }) },
    { what: 'the use enc', key: jwk(rsa.publicKey, { use: 'enc' }) },
    { what: 'a use that is no text', key: jwk(rsa.publicKey, { use: ['sig'] }) },
    { what: 'key_ops without verify', key: jwk(rsa.publicKey, { key_ops: ['encrypt'] }) },
    { what: 'key_ops for signing', key: jwk(rsa.publicKey, { key_ops: ['sign'] }) },
    { what: 'key_ops that are no list', key: jwk(rsa.publicKey, { key_ops: 'verify' }) },
    { what: 'a kid that is no text', key: jwk(rsa.publicKey, { kid: 7 }) },
    { what: 'a kid that is null', key: jwk(rsa.publicKey, { kid: null }) },
    { what: '1024 bits', key: jwk(weakRsa) },
    { what: 'the exponent 3', key: jwk(rsa.publicKey, { e: 'Aw' }) },
    { what: 'an even exponent', key: jwk(rsa.publicKey, { e: 'AQAC' }) },
    { what: 'a point off its curve', key: jwk(p256, { y: jwk(p256).x }) },
    { what: 'a coordinate that is a number', key: jwk(p256, { x: 5 }) },
    { what: 'a modulus that is a list', key: jwk(rsa.publicKey, { n: [] }) },
  ])('KEY-09, JWT-04: leaves a key out that has $what, and keeps the others', ({ key }) => {
    const set = read([key, good], 'HS256', 'RS256', 'ES256', 'EdDSA');
    expect(set.keyFor({ alg: 'EdDSA', kid: 'good' })).not.toBeNull();
    expect(problem({ keys: [key] }, 'HS256', 'RS256', 'ES256', 'EdDSA')).toContain('none of the 1 keys');
  });

  it.each([null, 5, 'text', [good], true])('leaves %j out of the list of keys', (entry) => {
    expect(read([entry, good], 'EdDSA').keyFor({ alg: 'EdDSA', kid: undefined })).not.toBeNull();
  });

  it.each([
    { what: 'a secret', key: createSecretKey('s'.repeat(32), 'utf8').export({ format: 'jwk' }) },
    { what: 'a secret without value', key: { kty: 'oct' } },
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((member) => ({ what: `the private member ${member}`, key: jwk(rsa.publicKey, { [member]: 'AQAB' }) })),
    { what: 'a private member in a key of an unknown type', key: { kty: 'NEW', d: 'AQAB' } },
    { what: 'a private key for encryption', key: jwk(rsa.privateKey, { use: 'enc' }) },
  ])('KEY-09: refuses the whole set because of $what', ({ key }) => {
    expect(problem({ keys: [good, key] }, 'EdDSA', 'HS256')).toContain('holds a secret or a private key');
  });

  it('KEY-09: refuses the whole set when two usable keys have one kid', () => {
    expect(problem({ keys: [good, jwk(p256, { kid: 'good' })] }, 'EdDSA', 'ES256')).toContain('two keys of one "kid"');
    expect(read([good, jwk(p256, { kid: 'good' })], 'EdDSA').keyFor({ alg: 'EdDSA', kid: 'good' })).not.toBeNull();
    const nameless = read([jwk(p256), jwk(ed25519)], 'EdDSA', 'ES256');
    for (const alg of ['EdDSA', 'ES256'] as const) expect(nameless.keyFor({ alg, kid: undefined })?.algorithm).toBe(alg);
  });

  it.each([undefined, null, 5, 'text', [], [good], {}, { keys: null }, { keys: {} }, { keys: 'text' }, good])('RFC 7517 §5: takes %j for no JWK Set', (document) => {
    expect(problem(document, 'EdDSA')).toContain('no object with a list of "keys"');
  });

  it('KEY-05: takes 100 keys and no more', () => {
    const keys = Array.from({ length: 100 }, (_, index) => jwk(ed25519, { kid: String(index) }));
    const set = read(keys, 'EdDSA');
    expect(keys.filter((_, index) => set.keyFor({ alg: 'EdDSA', kid: String(index) }) !== null)).toHaveLength(100);
    expect(problem({ keys: [...keys, good] }, 'EdDSA')).toContain('has 101 keys: a set has at most 100');
  });

  it('says which algorithms the keys are for when none is usable', () => {
    const keys = [jwk(p384, { alg: 'ES384' }), jwk(ed25519, { alg: 'a\u0007b' })];
    expect(problem({ keys }, 'RS256', 'PS256')).toBe(
      'none of the 2 keys of the JWK Set can verify RS256 or PS256: ' +
        'give the algorithms that the issuer signs with (its keys name ES384); weak keys and those for encryption do not count.',
    );
    expect(problem({ keys: [] }, 'RS256')).toContain('none of the 0 keys of the JWK Set can verify RS256: give the algorithms that the issuer signs with; ');
  });

  it('reads no key of a kind that none of the algorithms takes', () => {
    let reads = 0;
    const counting = { enumerable: true, get: () => (reads += 1) };
    const counted = (members: object): object => Object.defineProperties({ ...members }, { x: counting, n: counting });
    expect(read([good, counted({ kty: 'EC', crv: 'P-521' }), counted({ kty: 'OKP', crv: 'Ed448' }), counted({ kty: 'RSA' })], 'EdDSA', 'ES256').keys).toHaveLength(1);
    expect(reads).toBe(0);
  });

  it('serves others between two keys, where it is asked to', async () => {
    const [keys, order] = [Array.from({ length: 100 }, (_, index) => jwk(p384, { kid: String(index) })), [] as string[]];
    const others = (async () => {
      for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      order.push('others');
    })();
    const reading = keySetInTurns({ keys }, ['ES384']).then((set) => {
      order.push('set');
      return set;
    });
    await Promise.all([others, reading]);
    expect(order).toEqual(['others', 'set']);
    expect(await reading).toEqual(keySet({ keys }, ['ES384']));
    expect(await keySetInTurns({ keys: [] }, ['ES384'])).toEqual(keySet({ keys: [] }, ['ES384']));
    expect(await keySetInTurns([], ['ES384'])).toEqual(keySet([], ['ES384']));
  });

  it('never throws, whatever is in the document', () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom('RSA', 'EC', 'OKP', 'P-256', 'Ed25519', 'ES256', 'RS256', 'sig', 'AQAB', jwk(rsa.publicKey).n));
    const names = ['kty', 'crv', 'x', 'y', 'n', 'e', 'alg', 'use', 'key_ops', 'kid', '__proto__'];
    const key = fc.dictionary(fc.constantFrom(...names), member).chain((changes) => fc.constantFrom({}, good, jwk(rsa.publicKey), jwk(p256)).map((base) => ({ ...base, ...changes })));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ keys: fc.array(fc.oneof(key, fc.jsonValue())) })), (document) => {
        const set = keySet(JSON.parse(JSON.stringify(document)), ['RS256', 'ES256', 'EdDSA', 'HS256']);
        return set instanceof KeySet || (set.problem !== '' && set.mend !== '');
      }),
      { numRuns: 2000 },
    );
  });
});
