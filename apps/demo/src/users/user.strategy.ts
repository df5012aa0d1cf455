import { Injectable } from '@nestjs/common';
import { JwtStrategy } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { AUDIENCE, ISSUER } from '../security.js';
import { SigningKey } from '../tokens/signing-key.js';
import { UsersService } from './users.service.js';
import type { User } from './users.service.js';

/** Verifies the demo's own tokens and finds their user. */
@Injectable()
export class UserStrategy extends JwtStrategy {
  constructor(
    private readonly users: UsersService,
    key: SigningKey,
  ) {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: key.publicKey, profile: 'rfc9068' });
  }

  validate(claims: AccessTokenClaims): User | null {
    return this.users.find(claims.sub);
  }
}
