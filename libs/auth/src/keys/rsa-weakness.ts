import type { KeyObject } from 'node:crypto';

/** @see RFC 7518 §3.3: a key of 2048 bits or larger. */
export const RSA_BITS = 2048;
/** OpenSSL verifies with no larger one (OPENSSL_RSA_MAX_MODULUS_BITS); who publishes one has the time of others in mind. */
export const MAX_RSA_BITS = 16_384;
const COMMON_EXPONENT = 65537;
/**
 * The largest prime below which every one divides the constant of the faulty key generator, for keys of 1984 bits and more.
 * @see Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, §2.1: the product of the first 126 primes.
 */
const LAST_PRIME = 701;

/** For each prime to the last one, the numbers that are a power of 65537 modulo it; made for the first key. */
let powers: ReadonlyMap<number, ReadonlySet<number>> | undefined;

/** Whether an RSA key is too short or too long, has an exponent that has been broken, or was made by a generator that has been. */
export function isWeakRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS || modulusLength > MAX_RSA_BITS || publicExponent < BigInt(COMMON_EXPONENT) || publicExponent % 2n === 0n) return true;
  return isRoca(modulusOf(key));
}

/**
 * Whether a modulus has the fingerprint of CVE-2017-15361 (ROCA): modulo each small prime it is a power of 65537. Of good
 * keys one in 2^167 has it.
 */
function isRoca(modulus: bigint): boolean {
  powers ??= new Map(oddPrimes().map((prime) => [prime, powersModulo(prime)]));
  // Smaller, with the same remainders: a provider that publishes a hundred such keys holds nobody up.
  const smaller = modulus % [...powers.keys()].reduce((product, prime) => product * BigInt(prime), 1n);
  for (const [prime, residues] of powers) if (!residues.has(Number(smaller % BigInt(prime)))) return false;
  return true;
}

function modulusOf(key: KeyObject): bigint {
  const { n = '' } = key.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
}

function oddPrimes(): readonly number[] {
  const primes: number[] = [];
  for (let odd = 3; odd <= LAST_PRIME; odd += 2) if (primes.every((prime) => odd % prime !== 0)) primes.push(odd);
  return primes;
}

function powersModulo(prime: number): ReadonlySet<number> {
  const residues = new Set<number>();
  for (let value = 1; !residues.has(value); value = (value * COMMON_EXPONENT) % prime) residues.add(value);
  return residues;
}
