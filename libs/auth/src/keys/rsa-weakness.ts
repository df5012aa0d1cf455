import type { KeyObject } from 'node:crypto';

/** @see RFC 7518 §3.3: a key of 2048 bits or larger. */
export const RSA_BITS = 2048;
const COMMON_EXPONENT = 65537;
/**
 * The largest prime below which every one divides the constant of the faulty key generator, for keys of 1984 bits and more.
 * @see Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, §2.1: the product of the first 126 primes.
 */
const LAST_PRIME = 701;

/** Whether an RSA key is too short, has an exponent that has been broken, or was made by a generator that has been. */
export function isWeakRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS || publicExponent < BigInt(COMMON_EXPONENT) || publicExponent % 2n === 0n) return true;
  return isRoca(modulusOf(key));
}

/**
 * Whether a modulus has the fingerprint of CVE-2017-15361 (ROCA): modulo each small prime it is a power of 65537. Of good
 * keys one in 2^167 has it.
 */
function isRoca(modulus: bigint): boolean {
  for (let prime = 3; prime <= LAST_PRIME; prime += 2) {
    // The powers of 65537 are the numbers whose own power of that order is 1, as the group is cyclic.
    if (isPrime(prime) && power(Number(modulus % BigInt(prime)), order(COMMON_EXPONENT, prime), prime) !== 1) return false;
  }
  return true;
}

function modulusOf(key: KeyObject): bigint {
  const { n = '' } = key.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
}

function isPrime(odd: number): boolean {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2) if (odd % divisor === 0) return false;
  return true;
}

/** How many powers a number has modulo a prime. */
function order(base: number, prime: number): number {
  let count = 1;
  for (let value = base % prime; value !== 1; value = (value * base) % prime) count += 1;
  return count;
}

function power(base: number, exponent: number, modulus: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count += 1) result = (result * base) % modulus;
  return result;
}
