import { jest } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, KeyObject } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { keySet } from './key-set.js';
import { isWeakRsa } from './rsa-weakness.js';
import { describeCorpora } from '../../../../test/support/corpora.js';

/** The product of the primes to 701, which the faulty generator has in the primes of keys with 2048 bits. */
const PRIMES = Array.from({ length: 700 }, (_, index) => index + 2).filter((number, _index, all) => all.every((divisor) => divisor >= number || number % divisor !== 0));
const PRODUCT = PRIMES.reduce((product, prime) => product * BigInt(prime), 1n);

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % modulus) if (rest % 2n === 1n) result = (result * square) % modulus;
  return result;
}

function keyOf(modulus: bigint): KeyObject {
  return createPublicKey({ key: { kty: 'RSA', n: Buffer.from(modulus.toString(16).padStart(512, '0').replace(/^(?=(?:..)*.$)/, '0'), 'hex').toString('base64url'), e: 'AQAB' }, format: 'jwk' });
}

/** A modulus as the faulty generator makes them: a multiple of the product, and a power of 65537 above it. */
const ROCA = ((1n << 2047n) / PRODUCT + 12345n) * PRODUCT + power(65537n, 987654321n, PRODUCT);

describe('isWeakRsa', () => {
  it('JWT-04, CVE-2017-15361: finds the moduli of the faulty generator', () => {
    expect(PRIMES).toHaveLength(126);
    expect(isWeakRsa(keyOf(ROCA))).toBe(true);
  });

  it('finds no fault with a modulus that differs modulo one prime', () => {
    for (const prime of [11n, 37n, 157n, 683n]) {
      // The only change modulo this prime, to a number that is no power of 65537; every other remainder stays.
      const others = PRODUCT / prime;
      const changed = Array.from({ length: Number(prime) - 1 }, (_, index) => ROCA + BigInt(index + 1) * others).filter((modulus) => modulus % prime !== 0n);
      expect(changed.some((modulus) => !isWeakRsa(keyOf(modulus)))).toBe(true);
    }
  });

  it('finds no fault with keys of today', () => {
    expect(isWeakRsa(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)).toBe(false);
  });

  it('finds keys too long that no signature is verified with', () => {
    const longest = (1n << 16_384n) - 1n;
    expect(isWeakRsa(keyOf(longest))).toBe(false);
    expect(isWeakRsa(keyOf(longest * 2n + 1n))).toBe(true);
  });

  it('is asked once for each key of a set, however many algorithms it could be for', () => {
    const key = keyOf(ROCA);
    const exported = jest.spyOn(Object.getPrototypeOf(key) as KeyObject, 'export');
    expect(keySet({ keys: [key.export({ format: 'jwk' })] }, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])).toHaveProperty('problem');
    expect(exported).toHaveBeenCalledTimes(2);
    exported.mockRestore();
  });
});

describeCorpora('isWeakRsa and Wycheproof', (read) => {
  it('JWT-04, CVE-2017-15361: finds the key of a faulty chip', () => {
    const { testGroups } = read('wycheproof/json_web_crypto_test.json') as { testGroups: { comment: string; public: JsonWebKey }[] };
    const key = testGroups.find(({ comment }) => comment === 'jws_rsa_roca_key')?.public;
    expect(isWeakRsa(createPublicKey({ key: key ?? {}, format: 'jwk' }))).toBe(true);
  });
});
