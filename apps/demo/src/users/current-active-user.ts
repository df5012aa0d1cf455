import { BadRequestException, Injectable } from '@nestjs/common';
import { Security } from 'nestjs-scopes';
import type { Dependency } from 'nestjs-scopes';
import { CurrentUser } from './current-user.js';
import type { User } from './users.service.js';

/** The tutorial's `get_current_active_user`: asks for the scope me, and lets nobody through who is disabled. */
@Injectable()
export class CurrentActiveUser implements Dependency<User> {
  resolve(@Security(CurrentUser, { scopes: ['me'] }) user: User): User {
    if (user.disabled) throw new BadRequestException('Inactive user');
    return user;
  }
}
