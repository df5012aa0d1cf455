import { Strategy as PassportJwtStrategy } from 'passport-jwt';
import { bearerToken, tokenOf } from '../schemes/bearer-token.js';
import type { SchemeRequest } from '../schemes/scheme.js';
import { verificationOfError } from './failure.js';
import { grantedScopes } from './granted-scopes.js';
import { verifiedClaims } from './jwt-checks.js';
import type { AccessTokenClaims } from './jwt-checks.js';
import { jwtPolicy } from './jwt-options.js';
import type { JwtPolicy, JwtStrategyOptions } from './jwt-options.js';
import { answerPassport } from './passport-answer.js';
import { isNobody, REFUSED } from './strategy.js';
import type { Verification, Verifier } from './strategy.js';

/**
 * Verifies signed access tokens (JWT), then asks `validate` for the user.
 *
 * Checked: signature with one key and one algorithm, `typ`, `iss`, `aud`, `sub`, `exp`, `nbf`, `iat`, and what the
 * profile adds. Scopes come from `scope` or `scp`. NOT checked: revocation, and that the token was sent by its owner.
 * The constructor throws {@link AuthConfigurationError} with every wrong option, a weak or unreadable key among them.
 *
 * It extends passport-jwt's strategy and keeps its option names; the verification is jose's with rules of our own, and
 * nothing of jsonwebtoken runs.
 *
 * @example
 * @Injectable()
 * export class UserStrategy extends JwtStrategy {
 *   constructor(private readonly users: UsersService) {
 *     super({ issuer: 'https://id.example.com', audience: 'https://api.example.com', algorithms: ['EdDSA'], secretOrKey: publicKeyPem });
 *   }
 *   validate(claims: AccessTokenClaims): Promise<User | null> {
 *     return this.users.findByName(claims.sub);
 *   }
 * }
 *
 * @see RFC 7519, RFC 8725, RFC 9068
 */
export abstract class JwtStrategy extends PassportJwtStrategy implements Verifier {
  private readonly policy: JwtPolicy;

  protected constructor(options: JwtStrategyOptions) {
    // passport-jwt wants these three; `authenticate`, which would use them, is replaced below.
    super({ jwtFromRequest: () => null, secretOrKeyProvider: unused, algorithms: [] }, unused);
    this.policy = jwtPolicy(new.target.name, options);
    // Passport runs an object made from this one, which has no private members; the verification stays with this one.
    this.verifyCredentials = this.verifyCredentials.bind(this);
  }

  /**
   * The user of a verified token; anything falsy, or an empty list, refuses it. An `HttpException` of the 4xx kind thrown here is the answer;
   * any other error is answered with 503, as a store that fails has not said who the caller is.
   */
  abstract validate(claims: AccessTokenClaims): unknown;

  /** Verifies the token that a scheme took out of a request. Called by the guard. */
  async verifyCredentials(credentials: unknown): Promise<Verification> {
    const token = tokenOf(credentials);
    const claims = token === null ? null : await verifiedClaims(token, this.policy);
    if (claims === null) return REFUSED;
    try {
      const user = await this.validate(claims);
      if (isNobody(user)) return REFUSED;
      return { kind: 'verified', user, scopes: Object.freeze(this.scopesOf(claims)), claims };
    } catch (error) {
      return verificationOfError(error);
    }
  }

  /** Passport's entry, for `AuthGuard('jwt')` of @nestjs/passport: the same verification of the Bearer token. */
  override authenticate(request: SchemeRequest): void {
    answerPassport(this, bearerToken(request), (token) => this.verifyCredentials(token), 'Bearer');
  }

  private scopesOf(claims: AccessTokenClaims): readonly string[] {
    const name = this.policy.scopeClaims.find((claim) => claims[claim] !== undefined);
    if (name === undefined) return [];
    // `scope` is a text everywhere; providers that send a list call it otherwise. @see RFC 8693 §4.2
    return name === 'scope' && typeof claims.scope !== 'string' ? [] : grantedScopes(claims[name]);
  }
}

function unused(): never {
  throw new Error('JwtStrategy replaces the verification of passport-jwt.');
}
