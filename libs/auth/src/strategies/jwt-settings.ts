import { AuthConfigurationError, invalidOption } from '../errors.js';
import type { KeySource } from '../keys/key-source.js';
import type { JwtAlgorithm } from '../keys/verification-key.js';
import { isBetween, isText, isTextList } from './claim-values.js';
import { jwtKeys } from './jwt-keys.js';
import type { JwtIssuerOptions, JwtIssuersOptions, JwtProfile, JwtStrategyOptions } from './jwt-options.js';
import { optionChecks } from './option-checks.js';
import type { OptionCheck } from './option-checks.js';

/** The options as the checks read them: complete and frozen, with the keys. */
export interface JwtPolicy {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: 'aud' | 'client_id';
  readonly algorithms: readonly JwtAlgorithm[];
  readonly keys: KeySource;
  readonly profile: JwtProfile;
  readonly clockTolerance: number;
  readonly maxTokenAge: number | null;
  readonly scopeClaims: readonly string[];
}

const KNOWN_OPTIONS = new Set([
  'issuer', 'audience', 'audienceClaim', 'algorithms', 'secretOrKey', 'jwks', 'jwksUri', 'maxStale', 'privateNetwork',
  'profile', 'clockTolerance', 'maxTokenAge', 'scopeClaims',
]);

/** Options of passport-jwt that a user may bring along, and other near misses, with what stands for them here. */
const REPLACED_OPTIONS: Readonly<Record<string, string>> = {
  jwtFromRequest: 'remove it: the scheme this strategy is registered with says where the token travels.',
  secretOrKeyProvider: 'give jwksUri, or the issuer alone: the keys are fetched and kept.',
  ignoreExpiration: 'remove it: an expired token is always refused.',
  passReqToCallback: 'remove it: validate(claims) gets the verified claims only.',
  jwksUrl: 'write jwksUri, as the metadata of issuers do.',
  verifiedTokenCache: 'give it beside issuers, not to one of them: it is for all.',
  jsonWebTokenOptions: 'remove it: give issuer, audience, algorithms and clockTolerance directly.',
};

/** Room for them is made at start. */
const MOST_TOKENS = 1_000_000;

/** The options of a strategy, complete. */
export interface JwtSettings {
  /** By issuer. */
  readonly policies: ReadonlyMap<string, JwtPolicy>;
  readonly verifiedTokenCache: number;
}

/** Checks all options and reads the keys; every wrong option is in the one error. */
export function jwtSettings(where: string, options: JwtStrategyOptions): JwtSettings {
  if (!isOptions(options)) throw invalidOption(where, 'the options are missing', 'call super({ issuer, audience, algorithms }) in the constructor.');
  const { verifiedTokenCache = 0, ...rest } = options;
  const { check, findings } = optionChecks(where);
  check(Number.isInteger(verifiedTokenCache) && isBetween(verifiedTokenCache, 0, MOST_TOKENS), 'verifiedTokenCache is not a number of tokens', `give how many are remembered, 10000; 0 for none, ${String(MOST_TOKENS)} at most.`);
  const policies = new Map<string, JwtPolicy>();
  for (const each of issuersOf(rest, check)) {
    const policy = jwtPolicy(each, check);
    check(!policies.has(policy.issuer), `the issuer ${policy.issuer} is given twice`, 'give each issuer once, with all its audiences and algorithms.');
    policies.set(policy.issuer, policy);
  }
  if (findings.length > 0) throw new AuthConfigurationError(findings);
  return { policies, verifiedTokenCache };
}

function issuersOf(options: JwtIssuerOptions | JwtIssuersOptions, check: OptionCheck): readonly JwtIssuerOptions[] {
  if (!('issuers' in options)) return [options];
  const { issuers, ...others } = options;
  for (const name of Object.keys(others)) check(false, `${name} stands beside issuers`, 'give it to each of the issuers.');
  if (Array.isArray(issuers) && issuers.length > 0 && issuers.every(isOptions)) return issuers as readonly JwtIssuerOptions[];
  check(false, 'issuers is not a list of options', 'give issuers: [{ issuer, audience, algorithms }, ...].');
  return [];
}

/** The policy counts where nothing was found wrong. */
function jwtPolicy(options: JwtIssuerOptions, check: OptionCheck): JwtPolicy {
  const { issuer, audience, audienceClaim = 'aud', profile = 'jwt', clockTolerance = 5, maxTokenAge = null } = options;
  const audiences: unknown = typeof audience === 'string' ? [audience] : audience;
  const scopeClaims: unknown = options.scopeClaims ?? (profile === 'rfc9068' ? ['scope'] : ['scope', 'scp']);

  for (const name of Object.keys(options)) {
    check(KNOWN_OPTIONS.has(name), `${name} is not an option`, REPLACED_OPTIONS[name] ?? `remove it; the options of an issuer are ${[...KNOWN_OPTIONS].join(', ')}.`);
  }
  check(isText(issuer), 'issuer is missing', 'give the exact "iss" of your tokens.');
  check(isTextList(audiences), 'audience is missing', 'give the "aud" that names this API, or a list of them.');
  check((profile === 'jwt' ? ['aud', 'client_id'] : ['aud']).includes(audienceClaim), `audienceClaim is not one of the profile ${profile}`, "give 'aud', or 'client_id' with the profile 'jwt'.");
  check(['jwt', 'rfc9068'].includes(profile), 'profile is unknown', "give 'jwt' or 'rfc9068'.");
  check(isBetween(clockTolerance, 0, 60), 'clockTolerance is out of range', 'give 0 to 60 seconds.');
  check(typeof (options.privateNetwork ?? false) === 'boolean', 'privateNetwork is not true or false', 'give true where the issuer is in a private network.');
  check(isBetween(options.maxStale ?? 3600, 60, 86_400), 'maxStale is out of range', 'give 60 to 86400 seconds.');
  check(maxTokenAge === null || isBetween(maxTokenAge, 1, Number.MAX_SAFE_INTEGER), 'maxTokenAge is not a time', 'give the seconds from iat to exp, 3600.');
  check(isTextList(scopeClaims), 'scopeClaims is empty', "name the claims that hold the scopes, ['scope'].");
  const { keys, algorithms } = jwtKeys(options, check);
  return Object.freeze({
    issuer, audience: listOf(audiences), audienceClaim, algorithms, keys, profile, clockTolerance, maxTokenAge, scopeClaims: listOf(scopeClaims),
  });
}

function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What was found to be no list is told, and counts for nothing. */
function listOf(value: unknown): readonly string[] {
  return isTextList(value) ? Object.freeze([...value]) : [];
}
