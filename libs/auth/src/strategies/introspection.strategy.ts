import { ProviderContradiction } from '../errors.js';
import { locationOf } from '../keys/provider-url.js';
import { isBearerToken, tokenOf } from '../schemes/bearer-token.js';
import { claimedIssuer } from './claimed-issuer.js';
import { contradictions } from './contradictions.js';
import { IntrospectedTokens } from './introspected-tokens.js';
import { failedIntrospectionCheck } from './introspection-checks.js';
import type { IntrospectedClaims } from './introspection-checks.js';
import { IntrospectionEndpoint } from './introspection-endpoint.js';
import { introspectionExpectation } from './introspection-expectation.js';
import { introspectionPolicy } from './introspection-options.js';
import type { IntrospectionPolicy, IntrospectionStrategyOptions } from './introspection-options.js';
import { TokenLog } from './token-log.js';
import { ProviderOutage } from './provider-outage.js';
import { REFUSED } from './strategy.js';
import type { Verification, Verifier } from './strategy.js';
import { userOfToken } from './verified-user.js';

/** Longer tokens are refused unasked. Characters. */
const MAX_TOKEN_LENGTH = 8192;

/**
 * Asks the provider about each token, then `validate` for the user: for opaque tokens, and for providers that revoke.
 *
 * Checked: that the provider calls the token active, then `iss`, `aud`, `exp`, `nbf` and `iat` of its answer, that it is an
 * access token, and that it is not bound to a key. Scopes come from `scope`. An answer is used again for `cacheTtl` seconds,
 * and checked again each time; a token that is longer than 8192 characters, none by its form, or a JWT that names another issuer, is refused unasked. A
 * provider that does not answer, or answers with something else, is a 503, never a 401.
 *
 * NOT checked: that the token was sent by its owner; that it was not revoked within the last `cacheTtl` seconds; whether it
 * is a refresh token, with a provider that gives those the same words as access tokens (Doorkeeper), or with
 * `acceptTokensOfUnknownType`; whom it was issued for, with `acceptAnyAudience`; and a signature of the answer: it is the
 * TLS connection that proves who has answered. There is no `isRevoked`, as the provider itself is asked, and no entry for
 * `AuthGuard` of @nestjs/passport. The constructor throws {@link AuthConfigurationError} with every wrong option.
 * Which check refused a token is in the log at the level `debug`.
 *
 * @example
 * @Injectable()
 * export class TokenStrategy extends IntrospectionStrategy {
 *   constructor(private readonly users: UsersService, config: ConfigService) {
 *     super({
 *       issuer: 'https://id.example.com',
 *       audience: 'https://api.example.com',
 *       clientId: 'api',
 *       clientSecret: config.getOrThrow('INTROSPECTION_SECRET'),
 *     });
 *   }
 *   validate({ sub }: IntrospectedClaims): Promise<User | null> | null {
 *     return sub === undefined ? null : this.users.findByName(sub);
 *   }
 * }
 *
 * @see RFC 7662
 */
export abstract class IntrospectionStrategy implements Verifier {
  /** Whose tokens it takes. */
  readonly issuers: readonly string[];
  readonly #policy: IntrospectionPolicy;
  readonly #endpoint: IntrospectionEndpoint;
  readonly #outage: ProviderOutage;
  readonly #tokens: IntrospectedTokens;
  readonly #log: TokenLog;

  protected constructor(options: IntrospectionStrategyOptions) {
    this.#policy = introspectionPolicy(new.target.name, options);
    this.issuers = Object.freeze([this.#policy.issuer]);
    this.#endpoint = new IntrospectionEndpoint(this.#policy);
    this.#outage = new ProviderOutage(locationOf(this.#policy.introspectionUrl ?? this.#policy.issuer));
    this.#tokens = new IntrospectedTokens((token) => this.#endpoint.ask(token), this.#policy.cacheTtl, this.#outage, this.#policy.timeout);
    this.#log = new TokenLog(new.target.name);
  }

  /**
   * The user of an active token; anything falsy, or an empty list, refuses it. It is asked for each request, also where the
   * provider is not. An `HttpException` of the 4xx kind thrown here is the answer; any other error is answered with 503.
   */
  abstract validate(claims: IntrospectedClaims): unknown;

  /** Verifies the token that a scheme took out of a request. Called by the guard. */
  async verifyCredentials(credentials: unknown): Promise<Verification> {
    const token = tokenOf(credentials);
    if (token === null) return REFUSED;
    if (token.length > MAX_TOKEN_LENGTH || !isBearerToken(token)) return this.#refused('form');
    // Nobody sends the tokens of one provider to another.
    const issuer = claimedIssuer(token);
    if (issuer !== undefined && issuer !== this.#policy.issuer) return this.#refused('issuer');
    try {
      const claims = await this.#tokens.claimsOf(token);
      if (claims === null) return this.#refused('active');
      const check = failedIntrospectionCheck(claims, this.#policy, Date.now() / 1000);
      if (check !== null) return this.#refused(check);
      const verified = await userOfToken(() => this.validate(claims as unknown as IntrospectedClaims), claims, this.#policy.scopeClaims);
      return verified === REFUSED ? this.#refused('validate') : verified;
    } catch (cause) {
      return { kind: 'unavailable', cause };
    }
  }

  /** Finds the endpoint, where it is not given in the options. Called at start. */
  prepare(): Promise<readonly ProviderContradiction[]> {
    return contradictions([this.#prepare()]);
  }

  /** Why the provider could not be asked when it was last tried, for `describeSecurity`. */
  problems(): readonly string[] {
    const failure = this.#endpoint.failure();
    return failure === null ? [] : [failure];
  }

  async #prepare(): Promise<void> {
    try {
      await this.#endpoint.prepare();
    } catch (error) {
      if (!(error instanceof ProviderContradiction)) this.#outage.startWith(this.#endpoint.failure() ?? '');
      throw error;
    }
  }

  #refused(check: string): Verification {
    this.#log.refused(check, introspectionExpectation(check, this.#policy));
    return REFUSED;
  }
}
