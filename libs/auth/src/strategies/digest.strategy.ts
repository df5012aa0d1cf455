import { timingSafeEqual } from 'node:crypto';
import { DigestStrategy as PassportDigestStrategy } from 'passport-http';
import { StrategyMistake } from '../errors.js';
import { authorization } from '../schemes/authorization.js';
import { tokenOf } from '../schemes/bearer-token.js';
import { challengeLine } from '../schemes/challenge.js';
import type { ChallengeContext } from '../schemes/challenge.js';
import { digestHash, HASH_LENGTHS } from './digest-algorithm.js';
import type { DigestHash } from './digest-algorithm.js';
import { DigestNonces } from './digest-nonce.js';
import { digestPolicy } from './digest-options.js';
import type { DigestPolicy, DigestStrategyOptions } from './digest-options.js';
import { digestParameters } from './digest-parameters.js';
import { digestRequest } from './digest-request.js';
import type { BodyRequest, DigestRequest } from './digest-request.js';
import { digestResponse } from './digest-response.js';
import { verificationOfError } from './failure.js';
import { answerPassport } from './passport-answer.js';
import type { PassportActions } from './passport-answer.js';
import { REFUSED } from './strategy.js';
import type { Verification, Verifier } from './strategy.js';
import { verifiedUser } from './verified-user.js';

/** A user with the secret that Digest needs. */
export interface DigestAccount<User = unknown> {
  /** What becomes `request.user`. */
  readonly user: User;
  /** {@link DigestStrategy.ha1} of the hash that was asked for. It is as good as the password: keep it encrypted. */
  readonly ha1: string;
  /** The scopes granted, a text or a list. @defaultValue `user.scopes` */
  readonly scope?: string | readonly string[];
}

const STALE = Object.freeze({ kind: 'refused', isStale: true }) satisfies Verification;

/**
 * Verifies Digest credentials, then takes the user that `validate` found.
 *
 * Checked: the response, in constant time; nonces of our own, each with each count once; realm, opaque, method, request
 * target, `qop` and algorithm. The password never travels, but what is stored is as good as the password for this realm.
 * NOT checked: the body, but with `auth-int`. NOT protected: everything that Digest does not cover; use TLS.
 * The constructor throws {@link AuthConfigurationError} with every wrong option.
 *
 * It extends passport-http's strategy; nothing of its parser or verifier runs, which can be bypassed.
 *
 * @example
 * @Injectable()
 * export class PasswordDigestStrategy extends DigestStrategy {
 *   constructor(private readonly users: UsersService) {
 *     super({ realm: 'demo' });
 *   }
 *   validate(username: string): DigestAccount<User> | null {
 *     return this.users.findDigestAccount(username);
 *   }
 * }
 *
 * @see RFC 7616
 */
export abstract class DigestStrategy extends PassportDigestStrategy implements Verifier {
  private readonly policy: DigestPolicy;
  private readonly nonces: DigestNonces;

  protected constructor(options: DigestStrategyOptions) {
    super(unused);
    this.policy = digestPolicy(new.target.name, options);
    this.nonces = new DigestNonces(this.policy.nonceSecret, this.policy.realm);
    // Passport runs an object made from this one, which has no private members; the verification stays with this one.
    this.verifyCredentials = this.verifyCredentials.bind(this);
  }

  /** H(username:realm:password), to be stored for each hash that is offered. @see RFC 7616 §3.4.2 */
  static ha1(username: string, realm: string, password: string, hash: DigestHash = 'SHA-256'): string {
    if (![username, realm, password].every((text) => typeof text === 'string') || !Object.hasOwn(HASH_LENGTHS, hash)) {
      throw new TypeError(`DigestStrategy.ha1: give user name, realm and password as texts, and a hash of ${Object.keys(HASH_LENGTHS).join(', ')}.`);
    }
    return digestHash(hash, `${username}:${realm}:${password}`);
  }

  /** H(username:realm), to look a user up by who hides the name. @see RFC 7616 §3.4.4 */
  static userhash(username: string, realm: string, hash: DigestHash = 'SHA-256'): string {
    return digestHash(hash, `${username}:${realm}`);
  }

  /**
   * The account of a user; nothing refuses them. An `HttpException` of the 4xx kind thrown here is the answer; any other
   * error is answered with 503.
   *
   * @param hash - which `ha1` is needed; `SHA-256` unless more algorithms are offered
   */
  abstract validate(username: string, hash: DigestHash): DigestAccount | null | undefined | Promise<DigestAccount | null | undefined>;

  /** The same for a client that sends {@link DigestStrategy.userhash} for the name; implement it to offer that. */
  validateUserhash?(userhash: string, hash: DigestHash): ReturnType<DigestStrategy['validate']>;

  /** Verifies what `HTTPDigest` took out of a request. Called by the guard. */
  async verifyCredentials(credentials: unknown, request: BodyRequest): Promise<Verification> {
    const parameters = digestParameters(tokenOf(credentials) ?? '');
    if (parameters === 'repeated') return { kind: 'ambiguous' };
    const sent = parameters === 'malformed' ? null : digestRequest(parameters, request, this.policy, this.nonces.opaque);
    if (sent === null) return REFUSED;
    try {
      return await this.verify(sent);
    } catch (error) {
      return verificationOfError(error);
    }
  }

  /** One challenge per algorithm, the strongest first. @see RFC 7616 §3.3, §3.7 */
  challenges({ isStale }: Pick<ChallengeContext, 'isStale'>): readonly string[] {
    return this.policy.algorithms.map((algorithm) =>
      challengeLine('Digest', {
        realm: this.policy.realm,
        qop: this.policy.qop.join(', '),
        algorithm: { token: algorithm },
        nonce: this.nonces.make(),
        opaque: this.nonces.opaque,
        charset: { token: 'UTF-8' },
        ...(this.validateUserhash !== undefined && { userhash: { token: 'true' } }),
        ...(isStale && { stale: { token: 'true' } }),
      }),
    );
  }

  /** Passport's entry, for `AuthGuard('digest')` of @nestjs/passport: the same verification. */
  override authenticate(request: BodyRequest): void {
    const verify = (credentials: unknown): Promise<Verification> => this.verifyCredentials(credentials, request);
    answerPassport(this as unknown as PassportActions, authorization(request, 'digest'), verify, this._challenge());
  }

  /** Passport-http's challenge, which its own methods would send. */
  _challenge(): string {
    return this.challenges({ isStale: false })[0] ?? '';
  }

  /** Who does not exist costs the same work. A nonce that is not good any more is worth telling only to who knows the secret. */
  private async verify({ user, hash, input, response, count }: DigestRequest): Promise<Verification> {
    const account = (await ('name' in user ? this.validate(user.name, hash) : this.validateUserhash?.(user.userhash, hash))) ?? null;
    const expected = digestResponse(checkedHa1(account, hash), input);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(response)) || account === null) return REFUSED;
    const madeAt = this.nonces.timeOf(input.nonce);
    const expiresAt = (madeAt ?? 0) + this.policy.nonceLifetime;
    if (madeAt === null || Date.now() > expiresAt) return STALE;
    const isFirstUse = await this.policy.nonceStore.use(input.nonce, count, expiresAt, madeAt);
    return isFirstUse ? verifiedUser(account.user, { scope: account.scope }) : STALE;
  }
}

function checkedHa1(account: DigestAccount | null, hash: DigestHash): string {
  const length = HASH_LENGTHS[hash];
  if (account === null) return '0'.repeat(length);
  if (typeof account.ha1 === 'string' && account.ha1.length === length && /^[0-9a-f]+$/.test(account.ha1)) return account.ha1;
  throw new StrategyMistake(`validate() returned an ha1 that is not ${String(length)} lower-case hexadecimal digits: give DigestStrategy.ha1(username, realm, password, '${hash}').`);
}

function unused(): never {
  throw new Error('DigestStrategy replaces the verification of passport-http.');
}
