import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule } from 'nestjs-scopes';
import type { SchemeRegistration } from 'nestjs-scopes';
import { KeyStrategy } from './schemes/key.strategy.js';
import { PasswordDigestStrategy } from './schemes/password-digest.strategy.js';
import { PasswordStrategy } from './schemes/password.strategy.js';
import { SchemesController } from './schemes/schemes.controller.js';
import { apiKeyCookie, apiKeyHeader, apiKeyQuery, basic, bearer, digest, oauth2, optionalApiKey } from './security.js';
import { StatusController } from './status.controller.js';
import { PasswordHasher } from './tokens/password-hasher.js';
import { SigningKey } from './tokens/signing-key.js';
import { TokenController } from './tokens/token.controller.js';
import { TokenService } from './tokens/token.service.js';
import { CurrentActiveUser } from './users/current-active-user.js';
import { CurrentUser } from './users/current-user.js';
import { UserStrategy } from './users/user.strategy.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** The first is what a route with `@Scopes` alone requires. */
const SCHEMES: readonly SchemeRegistration[] = [
  { scheme: oauth2, strategy: UserStrategy },
  { scheme: apiKeyHeader, strategy: KeyStrategy },
  { scheme: apiKeyQuery, strategy: KeyStrategy },
  { scheme: apiKeyCookie, strategy: KeyStrategy },
  { scheme: optionalApiKey, strategy: KeyStrategy },
  { scheme: basic, strategy: PasswordStrategy },
  { scheme: digest, strategy: PasswordDigestStrategy },
  { scheme: bearer, strategy: UserStrategy },
];

/** What the routes and the strategies share. */
@Module({})
class UsersModule {
  static withKeyIn(dataFolder: string): DynamicModule {
    const key = { provide: SigningKey, useFactory: () => SigningKey.keptIn(dataFolder) };
    return { module: UsersModule, providers: [UsersService, PasswordHasher, key], exports: [UsersService, PasswordHasher, SigningKey] };
  }
}

@Module({})
export class AppModule {
  /** @param dataFolder - where the signing key is kept */
  static register(dataFolder: string): DynamicModule {
    const users = UsersModule.withKeyIn(dataFolder);
    return {
      module: AppModule,
      imports: [users, AuthModule.forRoot({ imports: [users], schemes: SCHEMES, global: true })],
      controllers: [TokenController, UsersController, StatusController, SchemesController],
      providers: [TokenService, CurrentUser, CurrentActiveUser],
    };
  }
}
