import { AuthConfigurationError, invalidOption } from '../errors.js';
import type { Network } from '../keys/provider-address.js';
import { providerUrlProblem } from '../keys/provider-url.js';
import { isBetween, isText, isTextList } from './claim-values.js';
import { optionChecks } from './option-checks.js';

/** Options of {@link IntrospectionStrategy}. */
export interface IntrospectionStrategyOptions {
  /** Whose tokens these are: the `iss` of an answer that has one, compared exactly, and where `introspectionUrl` is discovered. */
  readonly issuer: string;
  /** The `aud` of the answer must hold this text, or one of these, exactly. Required, unless `acceptAnyAudience` is set. */
  readonly audience?: string | readonly string[];
  /**
   * Set it, in place of `audience`, for a provider whose answers have no `aud`. DANGER: every token that the provider takes
   * for active is then good here, those that were issued for other APIs as well, so that whoever runs one of these can call
   * this one with the tokens that it was sent. @defaultValue `false`
   */
  readonly acceptAnyAudience?: boolean;
  /** The client that this API is at the provider: it asks, and needs the right to. */
  readonly clientId: string;
  /** The secret of that client. It is sent to the introspection endpoint, and never shown. */
  readonly clientSecret: string;
  /** The introspection endpoint: https, or http on this machine. @defaultValue `introspection_endpoint` of the issuer's metadata */
  readonly introspectionUrl?: string;
  /** Whether the provider may be at a private address, in the application's own network. @defaultValue `false` */
  readonly privateNetwork?: boolean;
  /**
   * How long an answer is used again: 0 to 300 seconds; 0 turns the cache off. A token that is revoked stays good that long.
   * @defaultValue 10
   */
  readonly cacheTtl?: number;
  /**
   * How long the provider may take to answer: 1 to 30 seconds. A hundred tokens are asked about at a time; others wait for
   * as long at most before.
   * @defaultValue 5
   */
  readonly timeout?: number;
  /** How far the provider's clock may be ahead, for `nbf` and `iat`: 0 to 60 seconds. @defaultValue 5 */
  readonly clockTolerance?: number;
  /** The members of the answer that may hold the scopes, the first one present counts. @defaultValue `['scope']` */
  readonly scopeClaims?: readonly string[];
  /**
   * Set it for a provider whose answers say nowhere that a token is an access token (`token_type`, `token_use`, `typ`).
   * DANGER: many providers take refresh tokens for active, too, and without such a word nobody can tell; a stolen refresh
   * token then opens this API. @defaultValue `false`
   */
  readonly acceptTokensOfUnknownType?: boolean;
}

/** The options as they are used: complete and frozen. */
export interface IntrospectionPolicy {
  readonly issuer: string;
  /** `null`: any. */
  readonly audience: readonly string[] | null;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly introspectionUrl: string | undefined;
  readonly network: Network;
  readonly cacheTtl: number;
  readonly timeout: number;
  readonly clockTolerance: number;
  readonly scopeClaims: readonly string[];
  readonly acceptsUnknownType: boolean;
}

const KNOWN_OPTIONS = new Set([
  'issuer', 'audience', 'acceptAnyAudience', 'clientId', 'clientSecret', 'introspectionUrl', 'privateNetwork',
  'cacheTtl', 'timeout', 'clockTolerance', 'scopeClaims', 'acceptTokensOfUnknownType',
]);
const FLAGS = ['acceptAnyAudience', 'privateNetwork', 'acceptTokensOfUnknownType'] as const;

/** Checks all options; every wrong one is in the one error. */
export function introspectionPolicy(where: string, options: IntrospectionStrategyOptions): IntrospectionPolicy {
  if (typeof options !== 'object' || (options as unknown) === null) throw invalidOption(where, 'the options are missing', 'call super({ issuer, audience, clientId, clientSecret }) in the constructor.');
  const { check, findings } = optionChecks(where);
  const { issuer, audience, acceptAnyAudience = false, clientId, clientSecret, introspectionUrl } = options;
  const { privateNetwork = false, cacheTtl = 10, timeout = 5, clockTolerance = 5, scopeClaims = ['scope'], acceptTokensOfUnknownType = false } = options;
  const audiences = typeof audience === 'string' ? [audience] : (audience ?? []);
  const network = privateNetwork ? 'private' : 'public';

  for (const name of Object.keys(options)) {
    check(KNOWN_OPTIONS.has(name), `${name} is not an option`, `remove it; the options are ${[...KNOWN_OPTIONS].join(', ')}.`);
  }
  for (const name of FLAGS) {
    check(typeof (options[name] ?? false) === 'boolean', `${name} is neither true nor false`, 'give true or false, or leave it out.');
  }
  check(isText(issuer), 'issuer is missing', 'give the exact "iss" of your provider.');
  if (audience === undefined) check(acceptAnyAudience, 'audience is missing', 'give the "aud" that names this API, or a list of them; acceptAnyAudience: true is for a provider that sends none.');
  else {
    check(isTextList(audiences), 'audience is empty', 'give the "aud" that names this API, or a list of them.');
    check(!acceptAnyAudience, 'audience and acceptAnyAudience contradict each other', 'remove acceptAnyAudience.');
  }
  check(isText(clientId), 'clientId is missing', 'give the identifier of the client that this API is at the provider.');
  check(isText(clientSecret), 'clientSecret is missing', 'give the secret of that client.');
  if (introspectionUrl === undefined) checkUrl('issuer', isText(issuer) ? issuer : undefined);
  else checkUrl('introspectionUrl', introspectionUrl);
  check(isBetween(cacheTtl, 0, 300), 'cacheTtl is out of range', 'give 0 to 300 seconds.');
  check(isBetween(timeout, 1, 30), 'timeout is out of range', 'give 1 to 30 seconds.');
  check(isBetween(clockTolerance, 0, 60), 'clockTolerance is out of range', 'give 0 to 60 seconds.');
  check(isTextList(scopeClaims), 'scopeClaims is empty', "name the members that hold the scopes, ['scope'].");
  if (findings.length > 0) throw new AuthConfigurationError(findings);

  return Object.freeze({
    issuer, clientId, clientSecret, introspectionUrl, network, cacheTtl, timeout, clockTolerance,
    audience: acceptAnyAudience ? null : Object.freeze([...audiences]),
    scopeClaims: Object.freeze([...scopeClaims]),
    acceptsUnknownType: acceptTokensOfUnknownType,
  });

  function checkUrl(field: string, url: string | undefined): void {
    const found = url === undefined ? null : providerUrlProblem(field, url, network);
    if (found !== null) check(false, found.problem, found.mend);
  }
}
