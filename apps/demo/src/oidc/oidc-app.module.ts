import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, OAuth2AuthorizationCodeBearer } from 'nestjs-scopes';
import { oauth2 } from '../security.js';
import { StatusController } from '../status.controller.js';
import { CurrentActiveUser } from '../users/current-active-user.js';
import { CurrentUser } from '../users/current-user.js';
import { UsersController } from '../users/users.controller.js';
import { UsersService } from '../users/users.service.js';
import { ISSUER, ProviderUserStrategy } from './provider-user.strategy.js';
import { providerUser } from './provider-user.js';

/** The demo's routes about users, protected by a provider: only the scheme, the strategy and `CurrentUser` are others. */
@Module({})
export class OidcAppModule {
  /** @param issuer - the provider */
  static register(issuer: string): DynamicModule {
    const scheme = new OAuth2AuthorizationCodeBearer({ authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, scopes: oauth2.scopes });
    const providers = [UsersService, { provide: ISSUER, useValue: issuer }];
    return {
      module: OidcAppModule,
      imports: [AuthModule.forRoot({ schemes: [{ scheme, strategy: ProviderUserStrategy }], providers, global: true })],
      controllers: [UsersController, StatusController],
      providers: [{ provide: CurrentUser, useClass: providerUser(scheme) }, CurrentActiveUser],
    };
  }
}
