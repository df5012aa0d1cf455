import { createHash, randomBytes } from 'node:crypto';
import { tokenOf } from '../schemes/bearer-token.js';
import { REFUSED } from './strategy.js';
import type { Verification, Verifier } from './strategy.js';
import { verificationBy } from './verified-user.js';

/** @see RFC 9110 §5.5: what a field value may hold without depending on an encoding */
const PRINTABLE_ASCII = /^[\x20-\x7E]+$/;

/**
 * Asks `validate` who owns an API key, by the key's SHA-256.
 *
 * Keep the hashes, not the keys, and look them up: a key is compared nowhere, so that neither a stolen table nor the time
 * of an answer tells one. That needs keys that nobody can guess, which {@link ApiKeyStrategy.create} makes. Scopes belong
 * to the key: `user.scopes`, or `scope` of `[user, { scope }]`. A key that is not printable ASCII is refused unasked. NOT
 * checked: how random a key is, whether it has expired.
 *
 * It verifies the keys of `APIKeyHeader`, `APIKeyQuery`, `APIKeyCookie`, and opaque bearer tokens.
 *
 * @example
 * const { key, hash } = ApiKeyStrategy.create(); // show the key once, store the hash
 *
 * @Injectable()
 * export class KeyStrategy extends ApiKeyStrategy {
 *   constructor(private readonly keys: KeysRepository) {
 *     super();
 *   }
 *   async validate(hash: string): Promise<[Client, { scope: string }] | null> {
 *     const row = await this.keys.findOneBy({ hash });
 *     return row && [row.client, { scope: row.scope }];
 *   }
 * }
 *
 * @see OWASP ASVS 5.0 §6.5.2
 */
export abstract class ApiKeyStrategy implements Verifier {
  /** A new key of 256 random bits in base64url, and its hash. */
  static create(): { readonly key: string; readonly hash: string } {
    const key = randomBytes(32).toString('base64url');
    return { key, hash: ApiKeyStrategy.hash(key) };
  }

  /** The SHA-256 of a key in lower-case hexadecimal digits: what `validate` gets. An empty key is a `TypeError`. */
  static hash(key: string): string {
    if (typeof key !== 'string' || key === '') throw new TypeError('ApiKeyStrategy.hash: the key is not a text with something in it.');
    return createHash('sha256').update(key, 'utf8').digest('hex');
  }

  /**
   * The owner of the key with this hash, or `[owner, { scope }]`; anything falsy, or an empty list, refuses it. An
   * `HttpException` of the 4xx kind thrown here is the answer; any other error is answered with 503.
   *
   * @param hash - SHA-256, 64 lower-case hexadecimal digits
   */
  abstract validate(hash: string): unknown;

  /** Verifies the key that a scheme took out of a request. Called by the guard. */
  verifyCredentials(credentials: unknown): Promise<Verification> {
    const key = tokenOf(credentials);
    return key !== null && PRINTABLE_ASCII.test(key) ? verificationBy(() => this.validate(ApiKeyStrategy.hash(key))) : Promise.resolve(REFUSED);
  }
}
