import { Injectable } from '@nestjs/common';
import { BasicStrategy } from 'nestjs-scopes';
import { PasswordHasher } from '../tokens/password-hasher.js';
import { accountWithPassword } from '../users/account-with-password.js';
import { UsersService } from '../users/users.service.js';
import type { User } from '../users/users.service.js';

/** Checks the password that Basic sends with every request. */
@Injectable()
export class PasswordStrategy extends BasicStrategy {
  constructor(
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
  ) {
    super();
  }

  async validate(username: string, password: string): Promise<User | null> {
    return (await accountWithPassword(this.users, this.hasher, username, password))?.user ?? null;
  }
}
