import { Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  ApiKeyStrategy,
  AuthModule,
  BasicStrategy,
  CurrentUser,
  Depends,
  HTTPBasic,
  HTTPBearer,
  Security,
} from 'nestjs-scopes';
import type { HTTPBasicCredentials } from 'nestjs-scopes';
import { TestStrategy } from './tokens.js';

export const KEY = 'a-key-of-the-tests';
/** User names and their passwords, as the bytes that a client encodes. */
export const PASSWORDS: Readonly<Record<string, string>> = {
  Aladdin: 'open sesame',
  test: '123\u00A3',
  johndoe: 'pa:ss:word',
  jane: 'pass',
  '': 'nameless',
  empty: '',
  'J\u00FCrgen': 'stra\u00DFe \uD83D\uDD11',
};

const apiKeyHeader = new APIKeyHeader({ name: 'X-API-Key' });
const apiKeyQuery = new APIKeyQuery({ name: 'api_key' });
const apiKeyCookie = new APIKeyCookie({ name: 'session', trustedOrigins: ['https://app.example.com'] });
const basic = new HTTPBasic({ realm: 'foo' });
const optionalBasic = new HTTPBasic({ schemeName: 'optionalBasic', autoError: false });
const bearer = new HTTPBearer();

/** The hashes that `validate` was asked for. */
export const askedHashes: string[] = [];

@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  readonly #owners = new Map([[ApiKeyStrategy.hash(KEY), { name: 'client', scopes: ['read'] }]]);

  validate(hash: string): unknown {
    askedHashes.push(hash);
    return this.#owners.get(hash);
  }
}

@Injectable()
class PasswordStrategy extends BasicStrategy {
  validate(username: string, password: string): unknown {
    return Object.hasOwn(PASSWORDS, username) && PASSWORDS[username] === password ? [{ name: username }, { scope: 'read' }] : null;
  }
}

@Controller()
class SchemesController {
  @Get('header') @Security(apiKeyHeader) header(@CurrentUser() user: unknown) { return { user }; }
  @Post('header') @Security(apiKeyHeader) postHeader(@CurrentUser() user: unknown) { return { user }; }
  @Get('header-write') @Security(apiKeyHeader, { scopes: ['write'] }) headerWrite() { return {}; }
  @Get('query') @Security(apiKeyQuery) query(@CurrentUser() user: unknown) { return { user }; }
  @Get('cookie') @Security(apiKeyCookie) cookie(@CurrentUser() user: unknown) { return { user }; }
  @Post('cookie') @Security(apiKeyCookie) postCookie(@CurrentUser() user: unknown) { return { user }; }
  @Get('basic') @Security(basic) basic(@CurrentUser() user: unknown, @Depends(basic) pair: HTTPBasicCredentials) { return { user, pair }; }
  @Get('basic-write') @Security(basic, { scopes: ['write'] }) basicWrite() { return {}; }
  @Get('optional-basic') @Security(optionalBasic) optionalBasic(@CurrentUser() user: unknown) { return { user }; }
  @Get('bearer') @Security(bearer) bearer(@CurrentUser() user: unknown) { return { user }; }
  @Post('bearer') @Security(bearer) postBearer(@CurrentUser() user: unknown) { return { user }; }
}

/** One route per scheme; each answers who called. */
@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        ...[apiKeyHeader, apiKeyQuery, apiKeyCookie].map((scheme) => ({ scheme, strategy: KeyStrategy })),
        ...[basic, optionalBasic].map((scheme) => ({ scheme, strategy: PasswordStrategy })),
        { scheme: bearer, strategy: TestStrategy },
      ],
    }),
  ],
  controllers: [SchemesController],
})
export class SchemesApp {}
