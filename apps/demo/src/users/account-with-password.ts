import type { PasswordHasher } from '../tokens/password-hasher.js';
import type { Account, UsersService } from './users.service.js';

/** The account that a user name and a password belong to, or `null`. An unknown user takes as long as a wrong password. */
export async function accountWithPassword(users: UsersService, hasher: PasswordHasher, username: string, password: string): Promise<Account | null> {
  const account = users.findAccount(username);
  const isRight = await hasher.matches(account?.passwordHash ?? null, password);
  return isRight ? account : null;
}
