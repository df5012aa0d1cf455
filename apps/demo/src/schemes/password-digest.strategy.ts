import { Injectable } from '@nestjs/common';
import { DigestStrategy } from 'nestjs-scopes';
import type { DigestAccount } from 'nestjs-scopes';
import { UsersService } from '../users/users.service.js';
import type { User } from '../users/users.service.js';

/** By user name: `DigestStrategy.ha1('johndoe', 'demo', 'secret')`. As good as the password, so a real one is kept encrypted. */
const HA1: ReadonlyMap<string, string> = new Map([['johndoe', '4e0e38c93b21162b85522d82630fd906eb7b0e93c8f175fd2faab5c24f857edf']]);

/** Finds the secret that Digest compares with. */
@Injectable()
export class PasswordDigestStrategy extends DigestStrategy {
  constructor(private readonly users: UsersService) {
    super({ realm: 'demo' });
  }

  validate(username: string): DigestAccount<User> | null {
    const [user, ha1] = [this.users.find(username), HA1.get(username)];
    return user === null || ha1 === undefined ? null : { user, ha1 };
  }
}
