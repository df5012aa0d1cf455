import { Strategy as PassportJwtStrategy } from 'passport-jwt';
import type { ProviderContradiction } from '../errors.js';
import { bearerToken, tokenOf } from '../schemes/bearer-token.js';
import type { SchemeRequest } from '../schemes/scheme.js';
import { contradictions } from './contradictions.js';
import type { AccessTokenClaims } from './jwt-checks.js';
import { expectation, issuerExpectation } from './jwt-expectation.js';
import type { JwtStrategyOptions } from './jwt-options.js';
import { jwtSettings } from './jwt-settings.js';
import type { JwtPolicy } from './jwt-settings.js';
import { verifyToken } from './jwt-verification.js';
import { answerPassport } from './passport-answer.js';
import { REFUSED } from './strategy.js';
import type { Verification, Verifier } from './strategy.js';
import { TokenLog } from './token-log.js';
import { VerifiedTokens } from './verified-tokens.js';
import { userOfToken } from './verified-user.js';

/**
 * Verifies signed access tokens (JWT), then asks `validate` for the user.
 *
 * Takes the options of one issuer, or `issuers`, a list of several, of which each has its own keys, audience and algorithms:
 * what one signs never passes for another's. `secretOrKey`, `jwks` and `jwksUri` say where the keys are; without any of them they are
 * found through the issuer's metadata, are fetched when they are needed, and follow its changes.
 *
 * Checked: size and form, `typ`, `iss`, `aud`, `sub`, `exp`, `nbf`, `iat`, that the token is neither an ID, refresh or logout
 * token nor bound to a key (`cnf`), what the profile adds, and the signature by one key with one algorithm. Scopes come from
 * `scope` or `scp`. NOT checked: that the token was sent by its owner, and revocation, unless you write `isRevoked`. Keys that
 * cannot be had are answered with 503 and `Retry-After`, never with 401.
 *
 * The constructor throws {@link AuthConfigurationError} with every wrong option, a weak or unreadable key among them. It
 * extends passport-jwt's strategy and keeps its option names; the verification is jose's with rules of our own, and nothing
 * of jsonwebtoken runs. Which check refused a token is in the log at the level `debug`.
 *
 * @example
 * @Injectable()
 * export class UserStrategy extends JwtStrategy {
 *   constructor(private readonly users: UsersService) {
 *     super({ issuer: 'https://id.example.com', audience: 'https://api.example.com', algorithms: ['RS256'] });
 *   }
 *   validate(claims: AccessTokenClaims): Promise<User | null> {
 *     return this.users.findByName(claims.sub);
 *   }
 * }
 *
 * @see RFC 7519, RFC 8725, RFC 9068, OpenID Connect Discovery 1.0, RFC 8414
 */
export abstract class JwtStrategy extends PassportJwtStrategy implements Verifier {
  /** The issuers whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** The `aud` of the tokens that are accepted; of an issuer whose tokens have none, nothing. */
  readonly audiences: readonly string[];
  private readonly policies: ReadonlyMap<string, JwtPolicy>;
  private readonly known: VerifiedTokens | null;
  private readonly log: TokenLog;

  protected constructor(options: JwtStrategyOptions) {
    // passport-jwt wants these three; `authenticate`, which would use them, is replaced below.
    super({ jwtFromRequest: () => null, secretOrKeyProvider: unused, algorithms: [] }, unused);
    const { policies, verifiedTokenCache } = jwtSettings(new.target.name, options);
    this.policies = policies;
    this.issuers = Object.freeze([...policies.keys()]);
    const naming = [...policies.values()].filter(({ audienceClaim }) => audienceClaim === 'aud');
    this.audiences = Object.freeze([...new Set(naming.flatMap(({ audience }) => audience))]);
    this.known = verifiedTokenCache === 0 ? null : new VerifiedTokens(verifiedTokenCache);
    this.log = new TokenLog(new.target.name);
    // Passport runs an object made from this one, which has no private members; the verification stays with this one.
    this.verifyCredentials = this.verifyCredentials.bind(this);
  }

  /**
   * The user of a verified token; anything falsy, or an empty list, refuses it. An `HttpException` of the 4xx kind thrown here is the answer;
   * any other error is answered with 503, as a store that fails has not said who the caller is.
   */
  abstract validate(claims: AccessTokenClaims): unknown;

  /**
   * Whether a verified token counts no longer; write it to ask a list of what was revoked. It is asked for every request,
   * before `validate`. Only `false` lets the token pass, and whatever is thrown is answered with 503.
   *
   * Look the token up by its `jti`, or by the session `sid`; a token's text has no single form.
   *
   * @defaultValue nothing is revoked
   */
  isRevoked(_claims: AccessTokenClaims): boolean | Promise<boolean> {
    return false;
  }

  /** Verifies the token that a scheme took out of a request. Called by the guard. */
  async verifyCredentials(credentials: unknown): Promise<Verification> {
    const token = tokenOf(credentials);
    if (token === null) return REFUSED;
    try {
      const verification = await verifyToken(token, this.policies, this.known);
      if (verification.kind === 'refused') return this.refused(verification.check, verification.policy);
      const { claims, policy } = verification;
      const isRevoked: unknown = await this.isRevoked(claims);
      if (isRevoked !== false) return this.refused('revoked');
      const verified = await userOfToken(() => this.validate(claims), claims, policy.scopeClaims);
      if (verified === REFUSED) return this.refused('validate');
      if (verified.kind === 'verified' && policy.scopeClaims.every((name) => claims[name] === undefined)) this.log.grantedNothing(policy.scopeClaims);
      return verified;
    } catch (cause) {
      return { kind: 'unavailable', cause };
    }
  }

  /** Fetches the keys that are not given in the options. Called at start. */
  prepare(): Promise<readonly ProviderContradiction[]> {
    return contradictions([...this.policies.values()].map(async ({ keys }) => keys.prepare?.()));
  }

  /** Why the keys of issuers could not be fetched when it was last tried, for `describeSecurity`. */
  problems(): readonly string[] {
    return [...this.policies.values()].flatMap(({ keys }) => keys.failure?.() ?? []);
  }

  /** Passport's entry, for `AuthGuard('jwt')` of @nestjs/passport: the same verification of the Bearer token. */
  override authenticate(request: SchemeRequest): void {
    answerPassport(this, bearerToken(request), (token) => this.verifyCredentials(token), 'Bearer');
  }

  private refused(check: string, policy: JwtPolicy | null = null): Verification {
    this.log.refused(check, check === 'issuer' ? issuerExpectation(this.issuers) : policy === null ? '' : expectation(check, policy));
    return REFUSED;
  }
}

function unused(): never {
  throw new Error('JwtStrategy replaces the verification of passport-jwt.');
}
