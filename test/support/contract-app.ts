import { Controller, Delete, Get, Injectable, Module, Post } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  ApiKeyStrategy,
  AuthModule,
  BasicStrategy,
  CurrentPrincipal,
  CurrentUser,
  Depends,
  DigestStrategy,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  Public,
  Scopes,
  Security,
} from 'nestjs-scopes';
import type { Principal } from 'nestjs-scopes';
import { TestStrategy, testScheme } from './tokens.js';

export const oauth2 = testScheme({ schemeName: 'oauth2' });
export const apiKey = new APIKeyHeader({ name: 'X-API-Key', schemeName: 'apiKey' });
export const queryKey = new APIKeyQuery({ name: 'api_key', schemeName: 'queryKey' });
export const session = new APIKeyCookie({ name: 'session', schemeName: 'session' });
const optional = new APIKeyHeader({ name: 'X-Optional-Key', schemeName: 'optional', autoError: false });
export const basic = new HTTPBasic({ schemeName: 'basic' });
const optionalBasic = new HTTPBasic({ schemeName: 'optionalBasic', autoError: false });
export const digest = new HTTPDigest({ schemeName: 'digest' });
/** No strategy verifies these: a parameter takes them. */
export const opaque = new HTTPBearer({ schemeName: 'opaque' });
const signature = new HTTPBase({ scheme: 'Signature', schemeName: 'signature' });

/** What ran that a contract test must not run: handlers, dependencies, `validate` of strategies. */
const ran: string[] = [];

/** What has run since this was asked last. */
export function takeRan(): readonly string[] {
  return ran.splice(0);
}

@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  validate(): null {
    ran.push('KeyStrategy');
    return null;
  }
}

@Injectable()
class PasswordStrategy extends BasicStrategy {
  validate(): null {
    ran.push('PasswordStrategy');
    return null;
  }
}

@Injectable()
class ProofStrategy extends DigestStrategy {
  constructor() {
    super({ realm: 'test' });
  }
  validate(): null {
    ran.push('ProofStrategy');
    return null;
  }
}

@Injectable()
class Account {
  resolve(@Depends(oauth2) token: string): string {
    ran.push('Account');
    return token;
  }
}

@Controller('items')
@Scopes('me')
class ItemsController {
  @Get() @Scopes('items') list(@CurrentUser() user: unknown) { return done({ user }); }
  @Delete(':id') @Scopes('admin') remove() { return done({}); }
  @Get('mine') mine(@CurrentPrincipal() { user, scopes, scheme, claims }: Principal) { return done({ user, scopes, scheme, claims }); }
}

@Controller()
class RoutesController {
  @Get('key') @Security(apiKey, { scopes: ['report'] }) key(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('query') @Security(queryKey) query(@CurrentUser() user: unknown) { return done({ user }); }
  @Post('cookie') @Security(session) cookie(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('basic') @Security(basic) basic(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('digest') @Security(digest) digest(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('both') @Security(oauth2, { scopes: ['me'] }) @Security(apiKey, { scopes: ['report'] }) both(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('either') @Security(optional) either(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('maybe') @Security(optionalBasic) maybe(@CurrentUser() user: unknown) { return done({ user }); }
  @Get('with-optional') @Security(oauth2, { scopes: ['me'] }) @Security(optional) withOptional() { return done({}); }
  @Get('taken') taken(@Security(opaque, { scopes: ['read'] }) token: unknown) { return done({ token }); }
  @Get('signed') signed(@Depends(signature) value: unknown) { return done({ value }); }
  @Get('account') account(@Depends(Account) token: string) { return done({ token }); }
  @Get('public') @Public() public() { return done({}); }
  @Get('open') open() { return done({}); }
  @Get('hidden') @Public() @ApiExcludeEndpoint() hidden() { return done({}); }
}

function done<Body>(body: Body): Body {
  ran.push('handler');
  return body;
}

/** An application with a route for each form of `security`. */
@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: oauth2, strategy: TestStrategy },
        ...[apiKey, queryKey, session, optional].map((scheme) => ({ scheme, strategy: KeyStrategy })),
        ...[basic, optionalBasic].map((scheme) => ({ scheme, strategy: PasswordStrategy })),
        { scheme: digest, strategy: ProofStrategy },
        { scheme: opaque },
        { scheme: signature },
      ],
    }),
  ],
  controllers: [ItemsController, RoutesController],
  providers: [Account],
})
export class ContractApp {}
