import { Injectable } from '@nestjs/common';
import { verify } from 'argon2';

/** A hash that no password has: verified for unknown users, so that they take as long as known ones. */
export const NOBODY = '$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
/** Longer passwords are refused unhashed. Bytes. */
const MAX_PASSWORD_BYTES = 4096;

/** Verifies passwords against argon2id hashes. */
@Injectable()
export class PasswordHasher {
  /** Whether a password belongs to a hash; `null` stands for a user who does not exist. */
  async matches(hash: string | null, password: string): Promise<boolean> {
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
    const isRight = await verify(hash ?? NOBODY, password);
    return isRight && hash !== null;
  }
}
