import { Logger } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyPairKeyObjectResult } from 'node:crypto';
import { passTime, realClock, stopMonotonicClock } from '../../../../test/support/fake-clock.js';
import { KeyServer } from '../../../../test/support/key-server.js';
import { ProviderUnavailable } from '../errors.js';
import { RemoteKeys } from './remote-keys.js';
import type { PinnedKey } from './verification-key.js';

const [first, second, other] = [newKey('a'), newKey('b'), newKey('other')];
const lost = generateKeyPairSync('ed25519');
const leaked = { ...lost.privateKey.export({ format: 'jwk' }), kid: 'leaked' };
const leakedPublic = { ...jwkOf(lost), kid: 'leaked' };
/** Whatever else is in a set with this one, it is refused. */
const secret = { kty: 'oct', k: 'AQAB' };

function jwkOf({ publicKey }: KeyPairKeyObjectResult): JsonWebKey {
  return publicKey.export({ format: 'jwk' });
}

function newKey(kid: string): JsonWebKey & { kid: string } {
  return { ...jwkOf(generateKeyPairSync('ed25519')), kid };
}

let server: KeyServer;
let keys: RemoteKeys;
beforeAll(() => { Logger.overrideLogger(false); });
beforeEach(async () => {
  stopMonotonicClock();
  server = await KeyServer.start();
  server.publish('jwks', { keys: [first, second, leakedPublic] });
  keys = new RemoteKeys({ issuer: server.issuer, jwksUri: server.jwksUri, algorithms: ['EdDSA'], privateNetwork: false, maxStale: 3600 });
  await keys.prepare();
  passTime(10);
});
afterEach(async () => {
  realClock();
  await server.goDown();
});

async function answer(kid?: string): Promise<PinnedKey | null | 'unavailable'> {
  try {
    return await keys.keyFor({ alg: 'EdDSA', kid });
  } catch (error) {
    if (error instanceof ProviderUnavailable) return 'unavailable';
    throw error;
  }
}

/** Which of the names are good, once the provider has been asked anew for one that nobody knows. */
async function goodAfter(document: unknown): Promise<readonly string[]> {
  server.publish('jwks', document);
  expect(await answer('unknown')).toBe('unavailable');
  const answers = await Promise.all(['a', 'b', 'leaked', 'other'].map(async (kid) => [kid, await answer(kid)] as const));
  expect(answers.map(([, found]) => found)).not.toContain(null);
  return answers.filter(([, found]) => found !== 'unavailable').map(([kid]) => kid);
}

describe('KEY-05: A document that is no JWK Set', () => {
  it.each([
    { what: 'a list', document: [first] },
    { what: 'no list of keys', document: { keys: { a: first } } },
    { what: '101 keys', document: { keys: Array.from({ length: 101 }, (_, index) => ({ ...other, kid: String(index) })) } },
  ])('leaves the known keys in use up to maxStale: $what', async ({ document }) => {
    expect(await goodAfter(document)).toEqual(['a', 'b', 'leaked']);
    passTime(3591);
    expect(await answer('a')).toBe('unavailable');
  });
});

describe('KEY-09: A JWK Set that is refused', () => {
  it.each([
    { what: 'with none of the algorithm', keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })], good: [] },
    { what: 'with no keys', keys: [], good: [] },
    { what: 'with all of them and a secret', keys: [first, second, leakedPublic, other, secret], good: ['a', 'b', 'leaked'] },
    { what: 'without some of them', keys: [second, secret], good: ['b'] },
    { what: 'with a private half', keys: [first, second, leaked], good: ['a', 'b'] },
    { what: 'with a key and its private half', keys: [first, leakedPublic, leaked], good: ['a'] },
    { what: 'with a private half of another name', keys: [{ ...leaked, kid: 'x' }, first, leakedPublic], good: ['a'] },
    { what: 'with a private half without name', keys: [first, leakedPublic, { ...leaked, kid: undefined }], good: ['a'] },
    { what: 'with a private half of which the public one is missing', keys: [first, leakedPublic, { ...leaked, x: undefined }], good: ['a'] },
    { what: 'with a key for encryption now', keys: [first, { ...second, use: 'enc' }, secret], good: ['a'] },
    { what: 'with a key of another algorithm now', keys: [first, { ...second, alg: 'Ed25519' }, secret], good: ['a'] },
    { what: 'with a key whose operations are others now', keys: [first, { ...second, key_ops: ['deriveKey'] }, secret], good: ['a'] },
    { what: 'with another key of a known name', keys: [first, { ...other, kid: 'b' }, secret], good: ['a'] },
    { what: 'with a known key of another name', keys: [first, { ...second, kid: 'other' }, secret], good: ['a'] },
    { what: 'with the names of two keys exchanged', keys: [{ ...first, kid: 'b' }, { ...second, kid: 'a' }, leakedPublic, secret], good: ['leaked'] },
    { what: 'with two keys of one name', keys: [first, { ...other, kid: 'a' }], good: ['a'] },
  ])('takes the keys away that it does not list for everybody to verify with, and brings none: $what', async ({ keys: listed, good }) => {
    expect(await goodAfter({ keys: listed })).toEqual(good);
  });

  it('does not make a key younger that it lists', async () => {
    expect(await goodAfter({ keys: [first, secret] })).toEqual(['a']);
    passTime(3591);
    expect(await answer('a')).toBe('unavailable');
  });

  it('does not bring a key back that it has taken away, nor does an outage', async () => {
    expect(await goodAfter({ keys: [first, secret] })).toEqual(['a']);
    passTime(10);
    expect(await goodAfter({ keys: [first, second, secret] })).toEqual(['a']);
    passTime(10);
    server.answers('jwks', 'with 500');
    expect(await answer('b')).toBe('unavailable');
    expect(await answer('a')).toMatchObject({ algorithm: 'EdDSA' });
  });

  it('leaves the same objects, and ends with the next good set', async () => {
    const before = await answer('a');
    expect(await goodAfter({ keys: [first, secret] })).toEqual(['a']);
    expect(await answer('a')).toBe(before);
    server.publish('jwks', { keys: [second] });
    passTime(10);
    expect(await answer('b')).toMatchObject({ algorithm: 'EdDSA' });
    expect(await answer('a')).toBeNull();
    expect(keys.failure()).toBeNull();
  });

  it('compares keys of other kinds without an error', async () => {
    const kinds = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-521' }), generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('x25519'), generateKeyPairSync('ed448'), generateKeyPairSync('x448'),
    ];
    expect(await goodAfter({ keys: [...kinds.map(jwkOf), first, secret] })).toEqual(['a']);
  });
});
