import { BadRequestException, Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import type { User } from './users.service.js';

/** Lets a user through who is not disabled: `@CurrentUser(ActiveUserPipe)`. */
@Injectable()
export class ActiveUserPipe implements PipeTransform<User, User> {
  transform(user: User): User {
    if (user.disabled) throw new BadRequestException('Inactive user');
    return user;
  }
}
