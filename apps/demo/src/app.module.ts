import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule } from 'nestjs-scopes';
import { oauth2 } from './security.js';
import { StatusController } from './status.controller.js';
import { PasswordHasher } from './tokens/password-hasher.js';
import { SigningKey } from './tokens/signing-key.js';
import { TokenController } from './tokens/token.controller.js';
import { TokenService } from './tokens/token.service.js';
import { UserStrategy } from './users/user.strategy.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** What the routes and the strategy share. */
@Module({})
class UsersModule {
  static withKeyIn(dataFolder: string): DynamicModule {
    const key = { provide: SigningKey, useFactory: () => SigningKey.keptIn(dataFolder) };
    return { module: UsersModule, providers: [UsersService, key], exports: [UsersService, SigningKey] };
  }
}

@Module({})
export class AppModule {
  /** @param dataFolder - where the signing key is kept */
  static register(dataFolder: string): DynamicModule {
    const users = UsersModule.withKeyIn(dataFolder);
    return {
      module: AppModule,
      imports: [users, AuthModule.forRoot({ imports: [users], schemes: [{ scheme: oauth2, strategy: UserStrategy }], global: true })],
      controllers: [TokenController, UsersController, StatusController],
      providers: [PasswordHasher, TokenService],
    };
  }
}
