import type { KeySource } from '../keys/key-source.js';
import { keySet } from '../keys/key-set.js';
import type { Network } from '../keys/provider-address.js';
import { providerUrlProblem } from '../keys/provider-url.js';
import { RemoteKeys } from '../keys/remote-keys.js';
import { ALGORITHMS, isAlgorithm, verificationKey } from '../keys/verification-key.js';
import type { JwtAlgorithm, KeyProblem, PinnedKey } from '../keys/verification-key.js';
import type { JwtIssuerOptions } from './jwt-options.js';
import type { OptionCheck } from './option-checks.js';

interface IssuerKeys {
  readonly keys: KeySource;
  readonly algorithms: readonly JwtAlgorithm[];
}

/** Where keys come from; without any of these, from the issuer's metadata. */
const SOURCES = ['secretOrKey', 'jwks', 'jwksUri'] as const;
/** Options that say how keys are fetched. */
const FETCHING = ['maxStale', 'privateNetwork'] as const;
const NO_KEYS: KeySource = { keyFor: () => null };

/** The keys of one issuer, from where its options say. What is wrong goes to the check; the keys count where nothing is. */
export function jwtKeys(options: JwtIssuerOptions, check: OptionCheck): IssuerKeys {
  const { algorithms } = options;
  if (!isAlgorithmList(algorithms)) {
    check(false, 'algorithms is not a list of known algorithms', `give those that the issuer signs with, ['RS256']; known are ${ALGORITHMS.join(', ')}.`);
    return { keys: NO_KEYS, algorithms: [] };
  }
  // Named and undefined is a mistake: a variable that is not set must not turn to other keys.
  const [source, other] = SOURCES.filter((name) => name in options);
  if (source !== undefined && other !== undefined) {
    check(false, `${source} and ${other} are both given`, 'give one of them: the keys have one source.');
    return { keys: NO_KEYS, algorithms };
  }
  for (const name of FETCHING) {
    const isFor = !(name in options) || source === undefined || source === 'jwksUri';
    check(isFor, `${name} is given, and no keys are fetched`, `remove it, or remove ${source ?? ''}.`);
  }
  const found = source === 'secretOrKey' ? singleKey(options, algorithms) : source === 'jwks' ? listedKeys(options, algorithms) : remoteKeys(options, algorithms);
  if ('problem' in found) check(false, found.problem, found.mend);
  return { keys: 'problem' in found ? NO_KEYS : found, algorithms: Object.freeze([...algorithms]) };
}

function singleKey({ secretOrKey }: JwtIssuerOptions, [algorithm, ...others]: JwtIssuerOptions['algorithms']): KeySource | KeyProblem {
  if (others.length > 0) return { problem: 'algorithms lists several for one key', mend: "give the one that the key is used with, ['EdDSA']." };
  const pinned = verificationKey(secretOrKey, algorithm);
  return 'problem' in pinned ? pinned : onlyKey(pinned);
}

/** There is one key, whatever a token calls it. */
function onlyKey(pinned: PinnedKey): KeySource {
  return { keyFor: ({ alg }) => (alg === pinned.algorithm ? pinned : null) };
}

function listedKeys({ jwks }: JwtIssuerOptions, algorithms: readonly JwtAlgorithm[]): KeySource | KeyProblem {
  const set = keySet(typeof jwks === 'string' ? parsed(jwks) : jwks, algorithms);
  return 'problem' in set ? { problem: `jwks cannot be used: ${set.problem}`, mend: set.mend } : set;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The reason quotes the text.
    return undefined;
  }
}

function remoteKeys(options: JwtIssuerOptions, algorithms: readonly JwtAlgorithm[]): KeySource | KeyProblem {
  const { issuer, jwksUri = null, privateNetwork = false, maxStale = 3600 } = options;
  const secret = algorithms.find((name) => name.startsWith('HS'));
  if (secret !== undefined) return { problem: `secretOrKey is missing, which ${secret} needs`, mend: `give the secret, which no issuer publishes, or remove ${secret} from algorithms.` };
  if ('jwksUri' in options && jwksUri === null) return { problem: 'jwksUri is missing', mend: 'give the URL of the JWK Set, or remove the option: then the issuer is asked.' };
  const network = privateNetwork ? 'private' : 'public';
  const problem = jwksUri === null ? issuerProblem(issuer, network) : providerUrlProblem('jwksUri', jwksUri, network);
  return problem ?? new RemoteKeys({ issuer, jwksUri, algorithms, privateNetwork, maxStale });
}

function issuerProblem(issuer: string, network: Network): KeyProblem | null {
  const found = providerUrlProblem('issuer', issuer, network);
  return found === null ? null : { ...found, mend: `${found.mend} Or give the keys: secretOrKey, jwks or jwksUri.` };
}

function isAlgorithmList(value: unknown): value is JwtIssuerOptions['algorithms'] {
  return Array.isArray(value) && value.length > 0 && value.every(isAlgorithm);
}
