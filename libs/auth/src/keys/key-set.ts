import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyHint, KeySource } from './key-source.js';
import { isAlgorithm, isJwkFor, isMeantFor, publicKeyOf, verificationKey } from './verification-key.js';
import type { JwtAlgorithm, KeyProblem, PinnedKey } from './verification-key.js';

/** A member that only a secret or a private key has. @see RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2, RFC 9964 §3 (`priv`) */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const MAX_KEYS = 100;

export type Jwk = Readonly<Record<string, unknown>>;
export interface NamedKey {
  readonly kid: string | undefined;
  readonly pinned: PinnedKey;
}

/** The usable keys of a JWK Set, each pinned to its one algorithm; made by {@link keySet}. */
export class KeySet implements KeySource {
  private readonly byKid = new Map<string, PinnedKey>();
  /** `null` where several keys have the algorithm. */
  private readonly byAlgorithm = new Map<JwtAlgorithm, PinnedKey | null>();

  constructor(readonly keys: readonly NamedKey[]) {
    for (const { kid, pinned } of keys) {
      if (kid !== undefined) this.byKid.set(kid, pinned);
      this.byAlgorithm.set(pinned.algorithm, this.byAlgorithm.has(pinned.algorithm) ? null : pinned);
    }
  }

  /** The key of that name, if it is for that algorithm; for a token that names none, the only key of the algorithm. */
  keyFor({ alg, kid }: KeyHint): PinnedKey | null {
    if (kid === undefined) return this.byAlgorithm.get(alg) ?? null;
    const pinned = this.byKid.get(kid);
    return pinned?.algorithm === alg ? pinned : null;
  }
}

/**
 * Reads a JWK Set, of which nothing is trusted, or says what is wrong with all of it. Keys that cannot verify any of the
 * algorithms are left out, as an issuer may have keys for other purposes (RFC 7517 §5). The order of the algorithms
 * decides for a key that names none.
 */
export function keySet(document: unknown, algorithms: readonly JwtAlgorithm[]): KeySet | KeyProblem {
  const jwks = publicJwks(document);
  return 'problem' in jwks ? jwks : setOf(jwks.map((jwk) => usableKey(jwk, algorithms)), jwks, algorithms);
}

/** The same, with other requests served between two keys: to read a hundred on elliptic curves takes a while. */
export async function keySetInTurns(document: unknown, algorithms: readonly JwtAlgorithm[]): Promise<KeySet | KeyProblem> {
  const jwks = publicJwks(document);
  if ('problem' in jwks) return jwks;
  const read: (NamedKey | null)[] = [];
  for (const jwk of jwks) {
    read.push(usableKey(jwk, algorithms));
    await nextTurn();
  }
  return setOf(read, jwks, algorithms);
}

/** The keys that a JWK Set lists, whatever they are, or why a document is no such set. */
export function listedJwks(document: unknown): readonly Jwk[] | KeyProblem {
  const members = isObject(document) ? document['keys'] : undefined;
  if (!Array.isArray(members)) {
    return { problem: 'what should be a JWK Set is no object with a list of "keys"', mend: 'give the JWK Set of the issuer, as RFC 7517 §5 writes it.' };
  }
  if (members.length > MAX_KEYS) {
    return { problem: `the JWK Set has ${String(members.length)} keys`, mend: `a set has at most ${String(MAX_KEYS)}; remove those that nothing is signed with.` };
  }
  return (members as readonly unknown[]).filter(isObject);
}

function publicJwks(document: unknown): readonly Jwk[] | KeyProblem {
  const jwks = listedJwks(document);
  if ('problem' in jwks || !jwks.some(holdsSecret)) return jwks;
  return { problem: 'the JWK Set holds a secret or a private key', mend: 'publish the public halves only, and replace what was published.' };
}

function setOf(read: readonly (NamedKey | null)[], jwks: readonly Jwk[], algorithms: readonly JwtAlgorithm[]): KeySet | KeyProblem {
  const usable = read.filter((named) => named !== null);
  if (repeatsKid(usable)) {
    return { problem: 'the JWK Set has two keys of one "kid"', mend: 'give each key a "kid" of its own.' };
  }
  return usable.length > 0 ? new KeySet(usable) : noUsableKey(jwks, algorithms);
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether what is there for everybody to read would be able to sign. */
export function holdsSecret(jwk: Jwk): boolean {
  return jwk['kty'] === 'oct' || SECRET_MEMBERS.some((member) => Object.hasOwn(jwk, member));
}

/** A key with the one algorithm that it names, or else the first one that it fits; a token does not choose. */
function usableKey(jwk: Jwk, algorithms: readonly JwtAlgorithm[]): NamedKey | null {
  const { kid } = jwk;
  if (kid !== undefined && typeof kid !== 'string') return null;
  // Before it is parsed, which takes long, and once: of one kind, a key is as weak for the next algorithm.
  const algorithm = algorithms.find((candidate) => isJwkFor(jwk, candidate) && isMeantFor(jwk, candidate));
  const key = algorithm === undefined ? undefined : publicKeyOf(jwk);
  if (algorithm === undefined || key === undefined) return null;
  const pinned = verificationKey(key, algorithm);
  return 'key' in pinned ? { kid, pinned } : null;
}

function repeatsKid(keys: readonly NamedKey[]): boolean {
  const kids = keys.flatMap(({ kid }) => kid ?? []);
  return new Set(kids).size < kids.length;
}

function noUsableKey(jwks: readonly Jwk[], algorithms: readonly JwtAlgorithm[]): KeyProblem {
  const named = [...new Set(jwks.map(({ alg }) => alg).filter(isAlgorithm))];
  const others = named.filter((algorithm) => !algorithms.includes(algorithm));
  return {
    problem: `none of the ${String(jwks.length)} keys of the JWK Set can verify ${algorithms.join(' or ')}`,
    mend: `give the algorithms that the issuer signs with${others.length > 0 ? ` (its keys name ${others.join(', ')})` : ''}; weak keys and those for encryption do not count.`,
  };
}
