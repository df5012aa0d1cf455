import { Controller, Get, Inject, Injectable, Logger, Module, Scope, UseGuards } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { ApiBearerAuth, ApiOAuth2, DocumentBuilder } from '@nestjs/swagger';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthConfigurationError, AuthModule, createSecureDocument, describeSecurity, HTTPBearer, OAuth2PasswordBearer, Public, Scopes, ScopesGuard, Security } from 'nestjs-scopes';
import type { AuthModuleOptions, Finding } from 'nestjs-scopes';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

const oauth2 = testScheme();

function appModule(controllers: readonly Type[], options: Partial<AuthModuleOptions> = {}, providers: readonly Type[] = []) {
  @Module({
    imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2, strategy: TestStrategy }], ...options })],
    controllers: [...controllers],
    providers: [...providers],
  })
  class AppModule {}
  return AppModule;
}

@Controller('typo')
@Scopes('mee')
class TypoController {
  @Get() @Scopes('items') read() {}
}

@Controller('unregistered')
class UnregisteredController {
  @Get() @Security(new HTTPBearer({ schemeName: 'elsewhere' })) read() {}
}

@Controller('both')
class PublicAndScopesController {
  @Get() @Public() @Scopes('me') read() {}
}

@Controller('public-class')
@Public()
class ScopesInPublicClassController {
  @Get() @Scopes('me') read() {}
}

@Controller('public-guarded')
class PublicAndGuardController {
  @Get() @Public() @UseGuards(ScopesGuard.with('me')) read() {}
}

@Controller('swagger')
@Scopes('me')
class ContradictingSwaggerController {
  @Get('bearer') @ApiBearerAuth() bearer() {}
  @Get('more') @ApiOAuth2(['me', 'items'], 'OAuth2PasswordBearer') more() {}
  @Get('same') @ApiOAuth2(['me'], 'OAuth2PasswordBearer') same() {}
}

@Controller('public-swagger')
class PublicSwaggerController {
  @Get() @Public() @ApiBearerAuth() read() {}
}

@Controller('silent')
class SilentController {
  @Get() read() {}
}

@WebSocketGateway()
class ChatGateway {
  @SubscribeMessage('say') say() {}
}

@Controller()
class MessagesController {
  @MessagePattern('sum') sum() {}
}

const CASES: readonly [code: Finding['code'], where: string, module: Type, said: readonly string[]][] = [
  ['unknown-scope', 'TypoController.read', appModule([TypoController]), ['"mee"', 'me, items, admin']],
  ['scheme-not-registered', 'UnregisteredController.read', appModule([UnregisteredController]), ['elsewhere', 'AuthModule.forRoot({ schemes })']],
  ['scheme-not-registered', 'TypoController.read', appModule([TypoController], { schemes: [] }), ['no scheme is registered']],
  ['scheme-without-strategy', 'TypoController.read', appModule([TypoController], { schemes: [{ scheme: new HTTPBearer() }] }), ['nobody would check']],
  ['public-with-requirement', 'PublicAndScopesController.read', appModule([PublicAndScopesController]), ['@Public()']],
  ['public-with-requirement', 'ScopesInPublicClassController.read', appModule([ScopesInPublicClassController]), ['@Public()']],
  ['public-with-requirement', 'PublicAndGuardController.read', appModule([PublicAndGuardController]), ['@Public()']],
  ['swagger-contradiction', 'ContradictingSwaggerController.bearer', appModule([ContradictingSwaggerController]), ['"bearer"', '@ApiBearerAuth']],
  ['swagger-contradiction', 'ContradictingSwaggerController.more', appModule([ContradictingSwaggerController]), ['items']],
  ['swagger-contradiction', 'PublicSwaggerController.read', appModule([PublicSwaggerController]), ['bearer']],
  ['undeclared-route', 'SilentController.read', appModule([SilentController], { global: true }), ['@Scopes', '@Public()']],
  ['uncovered-gateway', 'ChatGateway', appModule([], { global: true }, [ChatGateway]), ['handleConnection']],
  ['uncovered-message-handler', 'MessagesController.sum', appModule([MessagesController], { global: true }), ['@Public()']],
];

describe.each(ADAPTERS)('A declaration that cannot be right does not start, on %s', (adapter) => {
  it.each(CASES)('%s at %s', async (code, where, module, said) => {
    const error = await startError(module, adapter, (nest) => void nest.useWebSocketAdapter(new WsAdapter(nest)));
    expect(error).toBeInstanceOf(AuthConfigurationError);
    const finding = (error as AuthConfigurationError).findings.find((each) => each.code === code && each.where === where);
    expect(finding).toBeDefined();
    for (const text of said) expect(error.message).toContain(text);
    expect(error.message).toContain(`Mend: ${finding?.mend ?? ''}`);
  });

  it('says a mistake once that many routes have, and names the first of them', async () => {
    @Controller('many')
    @Scopes('mee')
    class ManyController {
      @Get('a') a() {}
      @Get('b') b() {}
      @Get('c') c() {}
      @Get('d') d() {}
      @Get('e') e() {}
      @Get('f') f() {}
      @Get('g') g() {}
    }
    const error = await startError(appModule([ManyController]), adapter);
    expect((error as AuthConfigurationError).findings).toHaveLength(7);
    expect(error.message.split('\n').slice(0, 2)).toEqual([
      '1 mistake in the security configuration:',
      '  1. ManyController.a, ManyController.b, ManyController.c, ManyController.d, ManyController.e and 2 more [unknown-scope]: requires the scope "mee", which does not exist (OAuth2PasswordBearer declares me, items, admin)',
    ]);
  });

  it('says all findings at once', async () => {
    const error = await startError(appModule([TypoController, PublicAndScopesController, ContradictingSwaggerController]), adapter);
    expect((error as AuthConfigurationError).findings.map(({ code }) => code)).toEqual([
      'unknown-scope', 'public-with-requirement', 'swagger-contradiction', 'swagger-contradiction',
    ]);
    expect(error.message).toContain('4 mistakes in the security configuration');
  });

  it('lets a Swagger decorator stand that says what is enforced', async () => {
    const error = await startError(appModule([ContradictingSwaggerController]), adapter);
    expect((error as AuthConfigurationError).findings.map(({ where }) => where)).not.toContain('ContradictingSwaggerController.same');
  });

  it('starts with a warning where audit is warn, and denies what is unclear', async () => {
    const warnings: string[] = [];
    const module = appModule([TypoController, ScopesInPublicClassController, SilentController], { audit: 'warn', global: true });
    const app = await start(module, adapter, (nest) => {
      nest.useLogger({ log: () => undefined, error: () => undefined, warn: (text: string) => warnings.push(text) });
    });
    expect(warnings.join('\n')).toContain('TypoController.read [unknown-scope]');
    expect((await app.get('/typo')).status).toBe(401);
    expect((await app.get('/public-class')).status).toBe(401);
    expect((await app.get('/silent')).status).toBe(403);
    const silent = describeSecurity(app.app).find(({ path }) => path === '/silent');
    expect(silent?.access).toBe('denied');
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(Object.keys(paths['/silent']?.get?.responses ?? {})).toEqual(['200', '403']);
    await app.close();
    Logger.overrideLogger(false);
  });

  it('refuses a request-scoped strategy, also when only a dependency of it is', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {}
    @Injectable()
    class TenantStrategy extends TestStrategy {
      constructor(@Inject(Tenant) readonly tenant: Tenant) {
        super();
      }
    }
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TenantStrategy }], providers: [Tenant] })] })
    class AppModule {}
    const error = await startError(AppModule, adapter);
    expect(error.message).toContain('TenantStrategy [request-scoped-strategy]');
  });

  it('refuses AuthModule configured twice', async () => {
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] }), appModule([])] })
    class AppModule {}
    expect((await startError(AppModule, adapter)).message).toContain('AuthModule [module-imported-twice]');
  });

  it('refuses a guard of ours bound globally in a way that hides its scopes', async () => {
    const Hidden = ScopesGuard.with('me');
    @Module({
      imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })],
      providers: [Hidden, { provide: APP_GUARD, useExisting: Hidden }],
      controllers: [SilentController],
    })
    class AppModule {}
    expect((await startError(AppModule, adapter)).message).toContain('[unseen-global-guard]');
  });

  it('makes no document of an application that would not start, also before it is initialised', async () => {
    const error = await startError(appModule([TypoController]), adapter, (nest) => void createSecureDocument(nest, new DocumentBuilder().build()));
    expect(error.message).toContain('TypoController.read [unknown-scope]');
  });

  it('says what to do where AuthModule is imported without forRoot', async () => {
    @Module({ imports: [AuthModule] })
    class AppModule {}
    expect((await startError(AppModule, adapter)).message).toContain('import AuthModule.forRoot(...), not AuthModule');
  });

  it.each([['describeSecurity', describeSecurity], ['createSecureDocument', createSecureDocument]])('%s names AuthModule where it is missing', async (_, inspect) => {
    @Module({})
    class AppModule {}
    const app = await start(AppModule, adapter);
    expect(() => inspect(app.app, new DocumentBuilder().build())).toThrow('add AuthModule.forRoot(...) to the imports of the root module');
    await app.close();
  });

  it('names AuthModule when a decorated route is used without it', async () => {
    @Module({ controllers: [TypoController] })
    class AppModule {}
    expect((await startError(AppModule, adapter)).message).toContain('AuthModule.forRoot(...) in the root module');
  });

  it('names the strategy and what it lacks when Nest cannot make it', async () => {
    @Injectable()
    class Missing {}
    @Injectable()
    class NeedyStrategy extends TestStrategy {
      constructor(@Inject(Missing) readonly missing: Missing) {
        super();
      }
    }
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: NeedyStrategy }] })] })
    class AppModule {}
    expect((await startError(AppModule, adapter)).message).toMatch(/NeedyStrategy.*Missing/s);
  });
});

describe('Options that cannot be right', () => {
  const registration = { scheme: oauth2, strategy: TestStrategy };
  it.each([
    ['schemes is not a list', { schemes: registration }],
    ['scheme is not a scheme', { schemes: [{ scheme: {} }] }],
    ['not a class', { schemes: [{ scheme: oauth2, strategy: {} }] }],
    ['a second scheme is called OAuth2PasswordBearer', { schemes: [registration, { scheme: testScheme() }] }],
    ['the default is not among the schemes', { schemes: [registration], default: testScheme() }],
    ['audit is unknown', { schemes: [registration], audit: 'off' }],
    ['realm is not a text of printable ASCII', { schemes: [registration], realm: 'a\r\nb' }],
  ])('are refused: %s', async (problem, options) => {
    const load = async () => {
      @Module({ imports: [AuthModule.forRoot(options as never)] })
      class AppModule {}
      await start(AppModule, 'express');
    };
    await expect(load()).rejects.toThrow(problem);
  });
});

describe('What is wrong where it is written', () => {
  it.each([
    ['@Scopes with a space', () => Scopes('me items')],
    ['@Scopes with an empty text', () => Scopes('')],
    ['@Scopes with a list', () => Scopes(['me'] as never)],
    ['@Security with scopes as a text', () => Security(oauth2, { scopes: 'me' as never })],
    ['@Security without a scheme', () => Security('oauth2' as never)],
    ['ScopesGuard.with nothing', () => ScopesGuard.with()],
    ['ScopesGuard.with a quote', () => ScopesGuard.with('a"b')],
  ])('%s is a TypeError', (_, declare) => {
    expect(declare).toThrow(TypeError);
  });

  it.each([
    ['tokenUrl', () => new OAuth2PasswordBearer({} as never)],
    ['tokenUrl', () => new OAuth2PasswordBearer({ tokenUrl: ' ' })],
    ['refreshUrl', () => new OAuth2PasswordBearer({ tokenUrl: 'token', refreshUrl: '' })],
    ['scopes', () => new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: ['me'] as never })],
    ['scopes', () => new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { 'a b': '' } })],
    ['scopes.me', () => new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 1 as never } })],
    ['schemeName', () => new HTTPBearer({ schemeName: 'my scheme' })],
    ['description', () => new HTTPBearer({ description: '' })],
    ['autoError', () => new HTTPBearer({ autoError: 'no' as never })],
    ['bearerFormat', () => new HTTPBearer({ bearerFormat: '' })],
  ])('a wrong %s of a scheme is an AuthConfigurationError that names it', (field, make) => {
    expect(make).toThrow(AuthConfigurationError);
    expect(make).toThrow(field);
  });
});
