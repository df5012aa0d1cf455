import { Injectable } from '@nestjs/common';
import { CurrentPrincipal, Depends } from 'nestjs-scopes';
import type { Dependency, Principal } from 'nestjs-scopes';
import { oauth2 } from '../security.js';
import type { User } from './users.service.js';

/** The tutorial's `get_current_user`. UserStrategy has verified the token, its scopes too, and found the user. */
@Injectable()
export class CurrentUser implements Dependency<User> {
  resolve(@Depends(oauth2) _token: string, @CurrentPrincipal() { user }: Principal<User>): User {
    return user;
  }
}
