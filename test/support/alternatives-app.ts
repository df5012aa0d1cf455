import { Controller, Get, Injectable, Module, ServiceUnavailableException, UseGuards } from '@nestjs/common';
import {
  allOf,
  anonymous,
  anyOf,
  APIKeyCookie,
  APIKeyHeader,
  ApiKeyStrategy,
  AuthModule,
  BasicStrategy,
  CurrentPrincipal,
  CurrentUser,
  Depends,
  HTTPBasic,
  Public,
  RequiredScopes,
  Scopes,
  ScopesGuard,
  Security,
} from 'nestjs-scopes';
import type { Dependency, HTTPBasicCredentials, Principal, SecurityScopes } from 'nestjs-scopes';
import { testScheme, TestStrategy } from './tokens.js';

const oauth2 = testScheme({ schemeName: 'oauth2' });
const apiKey = new APIKeyHeader({ name: 'X-Key', schemeName: 'apiKey' });
const session = new APIKeyCookie({ name: 'session', schemeName: 'session' });
const basic = new HTTPBasic({ schemeName: 'basic' });

/** Credentials whose strategy was asked, in order. */
export const asked: string[] = [];

/** The key `down` finds no store; every other key is the name of its owner, with the scopes after the colon. */
@Injectable()
export class OwnerStrategy extends ApiKeyStrategy {
  readonly #owners = new Map(['key', 'key:items', 'key:me,items', 'key:admin', 'down'].map((key) => [ApiKeyStrategy.hash(key), key]));

  validate(hash: string): unknown {
    const key = this.#owners.get(hash);
    asked.push(key ?? 'unknown key');
    if (key === 'down') throw new ServiceUnavailableException();
    return key !== undefined && { name: key, scopes: (key.split(':')[1] ?? '').split(',').filter(Boolean) };
  }
}

@Injectable()
export class PairStrategy extends BasicStrategy {
  validate(username: string, password: string): unknown {
    asked.push(username);
    return password === 'secret' && { name: username, scopes: ['items'] };
  }
}

const [spare, other] = ['spare', 'other'].map((schemeName) => new APIKeyHeader({ name: `X-${schemeName}`, schemeName, autoError: false })) as [APIKeyHeader, APIKeyHeader];
const either = anyOf(oauth2, apiKey);

@Injectable()
class Caller implements Dependency<string | null> {
  resolve(@RequiredScopes() { scopeStr }: SecurityScopes, @Depends(anyOf(oauth2, apiKey)) credentials: string): string {
    return `${credentials.slice(0, 4)} ${scopeStr}`.trim();
  }
}

@Security(anyOf(basic, apiKey), { scopes: ['items'] })
class ItemsGuard extends ScopesGuard {}

@Controller()
class AlternativesController {
  @Get('either') @Security(either) either(@CurrentPrincipal() { user, scheme }: Principal) { return { user, scheme }; }
  @Get('scopes') @Security(either, { scopes: ['items'] }) scopes() { return {}; }
  @Get('one-with-scopes') @Security(anyOf({ scheme: oauth2, scopes: ['admin'] }, apiKey)) oneWithScopes(@CurrentPrincipal() { scheme }: Principal) { return { scheme }; }
  @Get('both') @Security(anyOf(allOf(apiKey, session), basic)) both(@CurrentPrincipal() { scheme }: Principal) { return { scheme }; }
  @Get('open') @Security(anyOf(oauth2, apiKey, anonymous)) open(@CurrentUser() user: unknown) { return { user }; }
  @Get('value') value(@Depends(anyOf(basic, apiKey)) value: HTTPBasicCredentials | string, @CurrentUser() user: unknown) { return { value, user }; }
  @Get('scoped-value') @Security(apiKey) scopedValue(@Depends(anyOf({ scheme: apiKey, scopes: ['admin'] }, session)) value: string) { return { value }; }
  @Get('nobody-or') nobodyOr(@Depends(anyOf(allOf(spare, other), basic)) value: unknown) { return { value }; }
  @Get('pair') pair(@Depends(anyOf(allOf(apiKey, session), anonymous)) pair: [string, string] | null) { return { pair }; }
  @Get('in-tree') inTree(@Security(Caller, { scopes: ['me'] }) caller: string | null) { return { caller }; }
  @Get('guarded') @UseGuards(ItemsGuard) guarded(@CurrentUser() user: unknown) { return { user }; }
  @Get('default') @Scopes('items') default(@CurrentPrincipal() { scheme }: Principal) { return { scheme }; }
  @Get('public') @Public() public() { return {}; }
}

@Controller('class')
@Security(either)
class ClassController {
  @Get() read() { return {}; }
  @Get('items') @Scopes('items') items() { return {}; }
  @Get('twice') @Security(anyOf(oauth2, apiKey), { scopes: ['items'] }) twice(@Security(anyOf(oauth2, apiKey), { scopes: ['me'] }) value: string) { return { value }; }
  @Get('tenant') tenant(@Depends(anyOf(basic, apiKey)) value: HTTPBasicCredentials | string) { return { value }; }
  @Get('key') @Security(apiKey) key(@CurrentPrincipal() { scheme }: Principal) { return { scheme }; }
}

const SCHEMES = [
  { scheme: oauth2, strategy: TestStrategy },
  { scheme: apiKey, strategy: OwnerStrategy },
  ...[session, spare, other].map((scheme) => ({ scheme, strategy: OwnerStrategy })),
  { scheme: basic, strategy: PairStrategy },
];

/** Routes whose requirement has alternatives. */
@Module({
  imports: [AuthModule.forRoot({ schemes: SCHEMES, default: anyOf(apiKey, oauth2) })],
  controllers: [AlternativesController, ClassController],
  providers: [Caller],
})
export class AlternativesApp {}

@Controller()
class SilentController {
  @Get() read() { return {}; }
}

/** Alternatives for every route. */
@Module({
  imports: [AuthModule.forRoot({ schemes: SCHEMES, dependencies: [{ dependency: anyOf(oauth2, basic), scopes: ['items'] }] })],
  controllers: [SilentController],
})
export class EverywhereApp {}
