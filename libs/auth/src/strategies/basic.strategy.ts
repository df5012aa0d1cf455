import { BasicStrategy as PassportBasicStrategy } from 'passport-http';
import { basicCredentials } from '../schemes/basic-credentials.js';
import type { HTTPBasicCredentials } from '../schemes/basic-credentials.js';
import { challengeLine } from '../schemes/challenge.js';
import type { SchemeRequest } from '../schemes/scheme.js';
import { answerPassport } from './passport-answer.js';
import type { PassportActions } from './passport-answer.js';
import { REFUSED } from './strategy.js';
import type { Verification, Verifier } from './strategy.js';
import { verificationBy } from './verified-user.js';

/**
 * Asks `validate` whether a user name and a password belong together.
 *
 * Both arrive exactly as the user typed them, decoded as UTF-8, either may be empty. The scopes are those of the user:
 * `user.scopes`, or `scope` of `[user, { scope }]`. NOT checked: how often somebody tries, and how long a password is.
 * Compare hashes (argon2), take as long for an unknown user as for a wrong password, and limit what you hash at a time:
 * Basic sends the password with every request.
 *
 * It extends passport-http's strategy; nothing of its parser runs, which cuts passwords at their second colon.
 *
 * @example
 * @Injectable()
 * export class PasswordStrategy extends BasicStrategy {
 *   constructor(private readonly users: UsersService) {
 *     super();
 *   }
 *   async validate(username: string, password: string): Promise<User | null> {
 *     const account = this.users.findAccount(username);
 *     return (await this.hasher.matches(account?.passwordHash ?? null, password)) ? account : null;
 *   }
 * }
 *
 * @see RFC 7617
 */
export abstract class BasicStrategy extends PassportBasicStrategy implements Verifier {
  constructor() {
    super(unused);
    // Passport runs an object made from this one, which has no private members; the verification stays with this one.
    this.verifyCredentials = this.verifyCredentials.bind(this);
  }

  /**
   * The user of a name and a password, or `[user, { scope }]`; anything falsy, or an empty list, refuses them. An
   * `HttpException` of the 4xx kind thrown here is the answer; any other error is answered with 503.
   */
  abstract validate(username: string, password: string): unknown;

  /** Verifies what `HTTPBasic` took out of a request. Called by the guard. */
  verifyCredentials(credentials: unknown): Promise<Verification> {
    return isPair(credentials) ? verificationBy(() => this.validate(credentials.username, credentials.password)) : Promise.resolve(REFUSED);
  }

  /** Passport's entry, for `AuthGuard('basic')` of @nestjs/passport: the same verification. */
  override authenticate(request: SchemeRequest): void {
    answerPassport(this as unknown as PassportActions, basicCredentials(request), (pair) => this.verifyCredentials(pair), this._challenge());
  }

  /** Passport-http's challenge, which its own methods would send. */
  _challenge(): string {
    return challengeLine('Basic', { realm: 'api', charset: 'UTF-8' });
  }
}

function isPair(credentials: unknown): credentials is HTTPBasicCredentials {
  return typeof credentials === 'object' && credentials !== null && 'username' in credentials && 'password' in credentials;
}

function unused(): never {
  throw new Error('BasicStrategy replaces the verification of passport-http.');
}
