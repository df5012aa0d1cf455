import { Controller, Get, Injectable, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { allOf, anyOf, APIKeyHeader, ApiKeyStrategy, AuthModule, BasicStrategy, HTTPBasic, Public, Scopes, Security } from 'nestjs-scopes';
import type { AuthModuleOptions } from 'nestjs-scopes';
import { ISSUER, testScheme, TestStrategy } from './tokens.js';

const oauth2 = testScheme();
const apiKey = new APIKeyHeader({ name: 'X-Key', schemeName: 'apiKey' });
const basic = new HTTPBasic();

@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  validate(): object | null {
    return { name: 'machine' };
  }
}
@Injectable()
class PasswordStrategy extends BasicStrategy {
  validate(name: string): object | null {
    return { name };
  }
}

@Controller()
class CatsController {
  @Get('public') @Public() open() {
    return 'everybody';
  }
  @Get('items') @Scopes('me', 'items') items() {
    return 'items';
  }
  @Get('me') @Scopes('me') me() {
    return 'me';
  }
  @Get('either') @Security(anyOf({ scheme: oauth2, scopes: ['admin'] }, { scheme: apiKey, scopes: ['machine'] })) either() {
    return 'either';
  }
  @Get('key') @Security(apiKey, { scopes: ['key-only'] }) key() {
    return 'key';
  }
  @Get('both') @Security(allOf(oauth2, apiKey)) both() {
    return 'both';
  }
  @Get('basic') @Security(basic) basic() {
    return 'basic';
  }
}

/** An application with routes for several schemes. `me`, `items` and `admin` are required of the Bearer scheme. */
export function resourceApp(options: Partial<AuthModuleOptions> = {}, controllers: readonly Type[] = [CatsController]): Type {
  const schemes = [
    { scheme: oauth2, strategy: TestStrategy },
    { scheme: apiKey, strategy: KeyStrategy },
    { scheme: basic, strategy: PasswordStrategy },
  ];
  @Module({ imports: [AuthModule.forRoot({ schemes, ...options })], controllers: [...controllers] })
  class ResourceApp {}
  return ResourceApp;
}

export const RESOURCE = 'https://api.example.com';
export const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** What is told of that application. */
export const DESCRIPTION = {
  resource: RESOURCE,
  authorization_servers: [ISSUER],
  scopes_supported: ['admin', 'items', 'me'],
  bearer_methods_supported: ['header'],
};
