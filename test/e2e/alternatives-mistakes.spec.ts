import { Controller, Get, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { allOf, anonymous, anyOf, APIKeyHeader, AuthConfigurationError, AuthModule, createSecureDocument, Depends, describeSecurity, HTTPBasic, Public, Scopes, Security } from 'nestjs-scopes';
import type { AuthModuleOptions, Finding, SecurityMember } from 'nestjs-scopes';
import { OwnerStrategy, PairStrategy } from '../support/alternatives-app.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const oauth2 = testScheme({ schemeName: 'oauth2' });
const other = testScheme({ schemeName: 'other' });
const things = new APIKeyHeader({ name: 'X-Thing', schemeName: 'things' });
const basic = new HTTPBasic({ schemeName: 'basic' });
const optionals = Array.from({ length: 7 }, (_, index) => new APIKeyHeader({ name: `X-${String(index)}`, schemeName: `optional${String(index)}`, autoError: false }));

const SCHEMES: AuthModuleOptions['schemes'] = [
  { scheme: oauth2, strategy: TestStrategy },
  ...[things, ...optionals].map((scheme) => ({ scheme, strategy: OwnerStrategy })),
  { scheme: basic, strategy: PairStrategy },
];

function appModule(controller: Type, options: Partial<AuthModuleOptions> = {}) {
  @Module({ imports: [AuthModule.forRoot({ schemes: SCHEMES, ...options })], controllers: [controller] })
  class AppModule {}
  return AppModule;
}

@Controller('anonymous')
@Security(anyOf(oauth2, anonymous))
class AnonymousController {
  @Get() @Scopes('items') read() {}
}
@Controller('at-once')
class AtOnceController {
  @Get() @Security(anyOf(things, anonymous), { scopes: ['items'] }) read() {}
}
@Controller()
class UnknownController {
  @Get() @Security(anyOf(things, oauth2), { scopes: ['things'] }) read() {}
}
@Controller()
class MemberController {
  @Get() @Security(anyOf(things, { scheme: oauth2, scopes: ['typo'] })) read() {}
}
@Controller()
class UnregisteredController {
  @Get() @Security(anyOf(oauth2, allOf(other, things))) read() {}
}
@Controller()
class WithoutStrategyController {
  @Get() @Security(anyOf(oauth2, other)) read() {}
}
@Controller()
class UnverifiedController {
  @Get() read(@Depends(anyOf(oauth2, other)) token: string) { return token; }
}
@Controller()
class ConflictController {
  @Get() @Security(anyOf(allOf(oauth2, basic), allOf(basic, things, oauth2))) read() {}
}
@Controller()
@Security(basic)
class ConflictingLevelsController {
  @Get() @Scopes('me') @Security(oauth2) read() {}
}
@Controller()
class TooManyController {
  @Get() read(...values: unknown[]) { return values; }
}
optionals.forEach((scheme) => { Security(scheme)(TooManyController); });
@Controller()
class PublicController {
  @Get() @Public() @Security(anyOf(oauth2, anonymous)) read() {}
}

const CASES: readonly [code: Finding['code'], module: Type, said: readonly string[]][] = [
  ['anonymous-with-scopes', appModule(AnonymousController), ['AnonymousController.read', '"items"', "anyOf({ scheme, scopes: ['items'] }, anonymous)"]],
  ['anonymous-with-scopes', appModule(AtOnceController), ['AtOnceController.read']],
  ['unknown-scope', appModule(UnknownController), ['UnknownController.read', '"things"', 'nobody has in the alternative oauth2', 'oauth2 declares me, items, admin']],
  ['unknown-scope', appModule(MemberController), ['MemberController.read', '"typo"', 'oauth2 declares me, items, admin']],
  ['scheme-not-registered', appModule(UnregisteredController), ['UnregisteredController.read', 'the scheme other']],
  ['scheme-without-strategy', appModule(WithoutStrategyController, { schemes: [...SCHEMES, { scheme: other }] }), ['WithoutStrategyController.read', 'requires other, which has no strategy']],
  ['scheme-without-strategy', appModule(UnverifiedController, { schemes: [...SCHEMES, { scheme: other }] }), ['UnverifiedController.read', 'no parameter, of the handler or of a dependency, takes its credentials by themselves']],
  ['conflicting-schemes', appModule(ConflictController), ['ConflictController.read', 'oauth2 and basic at once', 'one Authorization header']],
  ['conflicting-schemes', appModule(ConflictingLevelsController), ['ConflictingLevelsController.read', 'anyOf(basic, oauth2)']],
  ['too-many-alternatives', appModule(TooManyController), ['TooManyController.read', '64']],
  ['public-with-requirement', appModule(PublicController), ['PublicController.read']],
];

describe.each(ADAPTERS)('Alternatives that cannot be right do not start, on %s', (adapter) => {
  it.each(CASES)('%s', async (code, module, said) => {
    const error = await startError(module, adapter);
    expect((error as AuthConfigurationError).findings.map((finding) => finding.code)).toEqual([code]);
    for (const text of said) expect(error.message).toContain(text);
  });

  it('let no anonymous caller in where scopes are required and audit only warns', async () => {
    const app = await start(appModule(AnonymousController, { audit: 'warn' }), adapter);
    expect((await app.get('/anonymous')).status).toBe(401);
    expect((await app.get('/anonymous', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/anonymous', await tokenWith('items'))).status).toBe(200);
    await app.close();
  });

  it('let nobody in where there are too many of them and audit only warns, which the document does not call public', async () => {
    const app = await start(appModule(TooManyController, { audit: 'warn' }), adapter);
    expect((await app.get('/')).status).toBe(403);
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/']?.get?.security).toBeUndefined();
    expect(paths['/']?.get?.responses).toHaveProperty('403.description', 'Every caller is refused.');
    expect(describeSecurity(app.app).map(({ access }) => access)).toEqual(['denied']);
    await app.close();
  });
});

describe('Alternatives that cannot be right are told where they are written', () => {
  const sixtyFive = Array.from({ length: 65 }, () => things) as unknown as [SecurityMember];
  it.each<[string, () => unknown, string]>([
    ['no members', () => anyOf(...([] as unknown as [SecurityMember])), 'anyOf: name at least one scheme'],
    ['scopes of anonymous', () => anyOf(oauth2, { scheme: anonymous, scopes: ['me'] } as never), 'anonymous callers have no scopes'],
    ['a class in the place of a scheme', () => anyOf(oauth2, HTTPBasic as never), 'a member is the class HTTPBasic; give scheme objects'],
    ['anonymous alone', () => anyOf(anonymous), 'anyOf(anonymous): anonymous is one of several alternatives'],
    ['anonymous in allOf', () => allOf(oauth2, anonymous), 'Give anyOf(scheme, anonymous), or @Public()'],
    ['anonymous without anyOf', () => Security(anonymous as never), '@Security: what it names is anonymous; give anyOf(scheme, anonymous), or @Public()'],
    ['a circle of imports', () => anyOf(oauth2, undefined as never), 'anyOf: a member is undefined'],
    ['a dependency class', () => anyOf(oauth2, OwnerStrategy as never), 'What a dependency requires is said with @Security of its own'],
    ['an option that is none', () => anyOf({ scheme: oauth2, scopes: ['me'], useCache: false } as never), 'anyOf: useCache is not an option'],
    ['scopes that are none', () => anyOf({ scheme: oauth2, scopes: ['me items'] }), 'anyOf: "me items" is not a scope'],
    ['scopes as a text', () => allOf({ scheme: oauth2, scopes: 'me' } as never), 'allOf: scopes are a list'],
    ['too many', () => anyOf(...sixtyFive), 'more than 64 alternatives'],
    ['too many by multiplication', () => allOf(...(optionals as unknown as [SecurityMember])), 'more than 64 alternatives'],
    ['an instance', () => Depends({ resolve: () => 1 } as never), 'give a scheme object, anyOf(...) or the class of a dependency'],
  ])('%s', (_, declare, said) => {
    expect(declare).toThrow(TypeError);
    expect(declare).toThrow(said);
  });

  it('a default that is not registered', () => {
    const forRoot = () => AuthModule.forRoot({ schemes: SCHEMES, default: anyOf(oauth2, other) });
    expect(forRoot).toThrow(AuthConfigurationError);
    expect(forRoot).toThrow('other of the default is not among the schemes');
    expect(() => AuthModule.forRoot({ schemes: SCHEMES, default: anonymous as never })).toThrow('give one of the schemes, or anyOf(...) of several');
  });
});
