import { Inject, Injectable } from '@nestjs/common';
import { JwtStrategy } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { UsersService } from '../users/users.service.js';
import type { User } from '../users/users.service.js';
import { API } from './api.js';

/** The injection token of the issuer that is trusted. */
export const ISSUER = Symbol('issuer');

/** Verifies the provider's access tokens and finds their user. Where its keys are, the provider says itself. */
@Injectable()
export class ProviderUserStrategy extends JwtStrategy {
  constructor(
    private readonly users: UsersService,
    @Inject(ISSUER) issuer: string,
  ) {
    super({ issuer, audience: API, algorithms: ['RS256'], profile: 'rfc9068' });
  }

  validate(claims: AccessTokenClaims): User | null {
    return this.users.find(claims.sub);
  }
}
