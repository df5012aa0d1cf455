import type { JsonWebKey, KeyObject } from 'node:crypto';
import { AuthConfigurationError, invalidOption } from '../errors.js';
import type { Finding } from '../errors.js';
import { ALGORITHMS, isAlgorithm, verificationKey } from '../keys/verification-key.js';
import type { JwtAlgorithm } from '../keys/verification-key.js';

/**
 * `jwt`: what common identity providers send: `typ` absent, `JWT` or `at+jwt`. `rfc9068`: `typ` is `at+jwt`, and
 * `client_id`, `iat` and `jti` are required as well.
 */
export type JwtProfile = 'jwt' | 'rfc9068';

/** Options of {@link JwtStrategy}. Names are passport-jwt's where it has one. */
export interface JwtStrategyOptions {
  /**
   * The key that verifies: PEM text, `KeyObject` or JWK of a public key, or for HS256/384/512 a secret of at least
   * 32/48/64 bytes (text, `Buffer` or `KeyObject`). Read once, when the strategy is made.
   */
  readonly secretOrKey: string | Uint8Array | KeyObject | JsonWebKey;
  /** The one algorithm that the key is used with. A token never chooses it. @see RFC 8725 §3.1 */
  readonly algorithms: readonly [JwtAlgorithm];
  /** The `iss` claim, compared exactly. @see RFC 8725 §3.8 */
  readonly issuer: string;
  /** The `aud` claim must hold this text, or one of these, exactly. @see RFC 8725 §3.9 */
  readonly audience: string | readonly string[];
  /** @defaultValue `'jwt'` */
  readonly profile?: JwtProfile;
  /** How far clocks may differ for `exp`, `nbf` and `iat`: 0 to 60 seconds. @defaultValue 5 */
  readonly clockTolerance?: number;
  /** The claims that may hold the scopes, the first one present counts. @defaultValue `['scope', 'scp']`, and `['scope']` for `rfc9068` */
  readonly scopeClaims?: readonly string[];
}

/** The options as the checks read them: complete, frozen, with the key parsed. */
export interface JwtPolicy {
  readonly key: KeyObject;
  readonly algorithm: JwtAlgorithm;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly profile: JwtProfile;
  readonly clockTolerance: number;
  readonly scopeClaims: readonly string[];
}

const KNOWN_OPTIONS = new Set(['secretOrKey', 'algorithms', 'issuer', 'audience', 'profile', 'clockTolerance', 'scopeClaims']);

/** Options of passport-jwt that a user may bring along, and what stands for them here. */
const REPLACED_OPTIONS: Readonly<Record<string, string>> = {
  jwtFromRequest: 'remove it: the scheme this strategy is registered with says where the token travels.',
  secretOrKeyProvider: 'give the key as secretOrKey: it is parsed once, at start.',
  ignoreExpiration: 'remove it: an expired token is always refused.',
  passReqToCallback: 'remove it: validate(claims) gets the verified claims only.',
  jsonWebTokenOptions: 'remove it: give issuer, audience, algorithms and clockTolerance directly.',
};

/** Checks all options and parses the key; every wrong option is in the one error. */
export function jwtPolicy(where: string, options: JwtStrategyOptions): JwtPolicy {
  if (typeof options !== 'object') throw invalidOption(where, 'the options are missing', 'call super({ issuer, audience, algorithms, secretOrKey }) in the constructor.');
  const findings: Finding[] = [];
  const check = (ok: boolean, problem: string, mend: string): void => {
    if (!ok) findings.push({ code: 'invalid-option', where, problem, mend });
  };
  const { issuer, audience, algorithms, profile = 'jwt', clockTolerance = 5 } = options;
  const audiences = typeof audience === 'string' ? [audience] : audience;
  const scopeClaims = options.scopeClaims ?? (profile === 'rfc9068' ? ['scope'] : ['scope', 'scp']);

  for (const name of Object.keys(options)) {
    check(KNOWN_OPTIONS.has(name), `${name} is not an option`, REPLACED_OPTIONS[name] ?? `remove it; the options are ${[...KNOWN_OPTIONS].join(', ')}.`);
  }
  check(isText(issuer), 'issuer is missing', 'give the exact "iss" of your tokens.');
  check(isTextList(audiences), 'audience is missing', 'give the "aud" that names this API, or a list of them.');
  check(['jwt', 'rfc9068'].includes(profile), 'profile is unknown', "give 'jwt' or 'rfc9068'.");
  check(Number.isFinite(clockTolerance) && clockTolerance >= 0 && clockTolerance <= 60, 'clockTolerance is out of range', 'give 0 to 60 seconds.');
  check(isTextList(scopeClaims), 'scopeClaims is empty', "name the claims that hold the scopes, ['scope'].");
  const algorithm = chosenAlgorithm(algorithms);
  const key = algorithm === undefined ? UNKNOWN_ALGORITHM : verificationKey(options.secretOrKey, algorithm);
  if ('problem' in key) check(false, key.problem, key.mend);
  if (findings.length > 0 || 'problem' in key) throw new AuthConfigurationError(findings);

  return Object.freeze({ ...key, issuer, audience: Object.freeze([...audiences]), profile, clockTolerance, scopeClaims: Object.freeze([...scopeClaims]) });
}

const UNKNOWN_ALGORITHM = {
  problem: 'algorithms is not a list of one known algorithm',
  mend: `give the one that the key is used with, ['EdDSA']; known are ${ALGORITHMS.join(', ')}.`,
};

function chosenAlgorithm(algorithms: unknown): JwtAlgorithm | undefined {
  const algorithm: unknown = Array.isArray(algorithms) && algorithms.length === 1 ? algorithms[0] : undefined;
  return isAlgorithm(algorithm) ? algorithm : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}
