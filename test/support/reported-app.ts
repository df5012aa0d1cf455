/** The sources of an application whose report and lock file are tested; each declaration is on a line that the tests name. */
const SECURITY = `
import { APIKeyHeader, HTTPBearer, OAuth2PasswordBearer, JwtStrategy } from 'nestjs-scopes';
import { Injectable } from '@nestjs/common';
export const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', schemeName: 'oauth2', scopes: { me: 'Read <yourself>.', items: 'Read items.' } });
export const bearer = new HTTPBearer({ schemeName: 'bearer' });
export const apiKey = new APIKeyHeader({ name: 'X-API-Key', schemeName: 'apiKey', autoError: false });
@Injectable()
export class UserStrategy extends JwtStrategy {
  constructor() { super({ issuer: 'i', audience: 'a', algorithms: ['HS256'], secretOrKey: 'a secret of tests, 32 bytes long' }); }
  validate() { return { name: 'johndoe' }; }
}
`;

const CONTROLLER = `import { Controller, Get, Injectable } from '@nestjs/common';
import { Depends, Public, RequiredScopes, Scopes, Security } from 'nestjs-scopes';
import { apiKey, oauth2 } from './security.js';

@Injectable()
export class CurrentUser {
  resolve(@RequiredScopes() scopes: unknown, @Depends(oauth2) token: unknown) { return token; }
}

export class Base {
  @Get('base')
  @Scopes('items')
  base() {}
}

@Controller('users')
@Scopes('me')
export class UsersController extends Base {
  constructor() { super(); }

  @Get()
  read(@Security(CurrentUser, { scopes: ['items'] }) user: unknown) { return user; }

  @Get('key')
  @Security(apiKey)
  key() {}

  @Get('help')
  @Public()
  help() {}
}
@Controller('health')
export class HealthController {
  @Get() read() {}
}
`;

const MODULE = `import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-scopes';
import { apiKey, bearer, oauth2, UserStrategy } from './security.js';
import { CurrentUser, HealthController, UsersController } from './users.controller.js';

const keyStrategy = UserStrategy;
@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2, strategy: UserStrategy }, { scheme: bearer, strategy: UserStrategy }, { scheme: apiKey, strategy: keyStrategy }], dependencies: [] })],
  controllers: [UsersController, HealthController],
  providers: [CurrentUser],
})
export class AppModule {}
`;

export const SOURCES: Readonly<Record<string, string>> = { 'security.ts': SECURITY, 'users.controller.ts': CONTROLLER, 'app.module.ts': MODULE };
