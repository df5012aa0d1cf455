import { randomBytes } from 'node:crypto';
import { AuthConfigurationError } from '../errors.js';
import { checkedRealm } from '../schemes/challenge.js';
import { requireKnown, shown } from '../schemes/scheme.js';
import { DIGEST_ALGORITHMS } from './digest-algorithm.js';
import type { DigestAlgorithm } from './digest-algorithm.js';
import { MemoryNonceStore } from './digest-nonce-store.js';
import type { DigestNonceStore } from './digest-nonce-store.js';

/** Options of {@link DigestStrategy}. */
export interface DigestStrategyOptions {
  /** Names the protected space, and is part of every stored hash: changing it makes them all useless. Printable ASCII. */
  readonly realm: string;
  /**
   * What a client may use, each in a challenge of its own, the strongest first. MD5 is for clients that know nothing else.
   * @defaultValue `['SHA-256']`
   */
  readonly algorithms?: readonly DigestAlgorithm[];
  /**
   * `auth-int` covers the body too; it needs `NestFactory.create(AppModule, { rawBody: true })`, and refuses a body whose
   * bytes are not there.
   * @defaultValue `['auth']`
   */
  readonly qop?: readonly ('auth' | 'auth-int')[];
  /** Seconds that a nonce is good for, 1 to 86,400; its client then gets a new one without asking the user. @defaultValue 300 */
  readonly nonceLifetime?: number;
  /** Signs the nonces: at least 32 bytes, the same for all instances of the application. @defaultValue random: a restart makes new nonces */
  readonly nonceSecret?: string | Uint8Array;
  /** Remembers used nonces, for all instances of the application. @defaultValue a {@link MemoryNonceStore} of this process */
  readonly nonceStore?: DigestNonceStore;
}

/** The options, checked and complete. */
export interface DigestPolicy {
  readonly realm: string;
  readonly algorithms: readonly DigestAlgorithm[];
  readonly qop: readonly string[];
  /** Milliseconds. */
  readonly nonceLifetime: number;
  readonly nonceSecret: Uint8Array;
  readonly nonceStore: DigestNonceStore;
}

/** Checks the options and fills in the defaults; all wrong ones are in one error. */
export function digestPolicy(where: string, options: DigestStrategyOptions): DigestPolicy {
  requireKnown(where, options, ['realm', 'algorithms', 'qop', 'nonceLifetime', 'nonceSecret', 'nonceStore']);
  const { algorithms = ['SHA-256'], qop = ['auth'], nonceLifetime = 300, nonceSecret = randomBytes(32), nonceStore = new MemoryNonceStore() } = options;
  const known = Object.keys(DIGEST_ALGORITHMS) as readonly DigestAlgorithm[];
  const secret = typeof nonceSecret === 'string' ? Buffer.from(nonceSecret) : nonceSecret;
  const problems: [isWrong: boolean, problem: string, mend: string][] = [
    [!isListOf(algorithms, known), 'algorithms is not a list of algorithms', `choose from ${known.join(', ')}.`],
    [!isListOf(qop, ['auth', 'auth-int']), 'qop is not a list of auth and auth-int', "give ['auth'], or leave it out."],
    [!(typeof nonceLifetime === 'number' && nonceLifetime >= 1 && nonceLifetime <= 86_400), `nonceLifetime is ${shown(nonceLifetime)}, or out of range`, 'give seconds, from 1 to 86400.'],
    [!(secret instanceof Uint8Array) || secret.length < 32, 'nonceSecret is not a secret of 32 bytes or more', 'give 32 random bytes, the same to all instances.'],
    [typeof (nonceStore as Partial<DigestNonceStore> | null)?.use !== 'function', 'nonceStore has no use()', 'give an object that implements DigestNonceStore.'],
  ];
  const findings = problems.flatMap(([isWrong, problem, mend]) => (isWrong ? [{ code: 'invalid-option' as const, where, problem, mend }] : []));
  if (findings.length > 0) throw new AuthConfigurationError(findings);
  return Object.freeze({
    realm: checkedRealm(where, options.realm),
    algorithms: known.filter((algorithm) => algorithms.includes(algorithm)),
    qop: Object.freeze([...qop]),
    nonceLifetime: nonceLifetime * 1000,
    nonceSecret: secret,
    nonceStore,
  });
}

function isListOf(value: unknown, allowed: readonly string[]): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => allowed.includes(item as string));
}
