import { HttpException, Injectable } from '@nestjs/common';
import { verify } from 'argon2';
import pLimit from 'p-limit';

/** A hash that no password has: verified for unknown users, so that they take as long as known ones. */
export const NOBODY = '$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
/** Longer passwords are refused unhashed. Bytes. */
const MAX_PASSWORD_BYTES = 4096;
/** Hashes at a time: Node has four threads for all such work, and verifying a token needs one of them. */
const CONCURRENCY = 2;
/** Logins that wait for their turn; further ones are sent away. */
const MAX_WAITING = 20;

/** Verifies passwords against argon2id hashes, a few at a time. */
@Injectable()
export class PasswordHasher {
  readonly #limit = pLimit(CONCURRENCY);

  /** Whether a password belongs to a hash; `null` stands for a user who does not exist. Throws 503 when too many wait. */
  async matches(hash: string | null, password: string): Promise<boolean> {
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
    if (this.#limit.pendingCount >= MAX_WAITING) throw new HttpException('Too many logins at once', 503);
    const isRight = await this.#limit(() => verify(hash ?? NOBODY, password));
    return isRight && hash !== null;
  }
}
