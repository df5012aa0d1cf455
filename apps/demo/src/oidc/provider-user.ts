import { Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { CurrentPrincipal, Depends } from 'nestjs-scopes';
import type { Dependency, OAuth2AuthorizationCodeBearer, Principal } from 'nestjs-scopes';
import type { User } from '../users/users.service.js';

/** What stands for `CurrentUser` where a provider issues the tokens: the same, but with its scheme. */
export function providerUser(scheme: OAuth2AuthorizationCodeBearer): Type<Dependency<User>> {
  @Injectable()
  class ProviderUser implements Dependency<User> {
    resolve(@Depends(scheme) _token: string, @CurrentPrincipal() { user }: Principal<User>): User {
      return user;
    }
  }
  return ProviderUser;
}
