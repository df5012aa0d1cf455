import { Controller, Get, Inject, Injectable, Module, Query, Scope } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { anyOf, AuthConfigurationError, AuthModule, Depends, describeSecurity, HTTPBearer, OAuth2PasswordBearer, Public, RequiredScopes, Security, SecurityScopes } from 'nestjs-scopes';
import type { AuthModuleOptions, Finding } from 'nestjs-scopes';
import { ADAPTERS, start, startError } from '../support/running-app.js';

const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.' } });
const bearer = new HTTPBearer();

@Injectable()
class Token {
  resolve(@Depends(oauth2) token: string) { return token; }
}
@Injectable()
class Value {
  resolve() { return 1; }
}
@Injectable()
class Left {
  resolve(..._taken: unknown[]) { return 1; }
}
@Injectable()
class Right {
  resolve(@Depends(Left) left: number) { return left; }
}
Depends(Right)(Left.prototype, 'resolve', 0 as never);
@Injectable()
class Forgotten {
  resolve() { return 1; }
}
@Injectable()
class NeedsForgotten {
  resolve(@Depends(Forgotten) value: number) { return value; }
}
@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  resolve() { return 1; }
}
@Injectable()
class InjectsRequest {
  constructor(@Inject(REQUEST) readonly request: unknown, readonly scopes: SecurityScopes) {}
  resolve() { return 1; }
}
@Injectable()
class Bare {
  resolve(@Query('page') page: string, token?: string) { return [page, token]; }
}
@Injectable()
class TwoBare {
  resolve(@Query('page') page: string, token: string) { return [page, token]; }
}
@Injectable()
class WithoutResolve {}
@Injectable()
class AsksForUnread {
  resolve(@Security(Value, { scopes: ['me'] }) value: number) { return value; }
}
@Injectable()
class ReadsScopes {
  resolve(@RequiredScopes() { scopes }: SecurityScopes) { return scopes; }
}

@Injectable()
class Typo {
  resolve(@Security(Token, { scopes: ['mee'] }) token: string) { return token; }
}
@Injectable()
class Defaulted {
  resolve(@Query('page') page = '1', token?: string) { return [page, token]; }
}
@Injectable()
class Twice {
  resolve() { return 1; }
}
@Module({ providers: [Twice] })
class FirstModule {}
@Module({ providers: [Twice] })
class SecondModule {}

@Injectable()
class TakesBearer {
  resolve(@Depends(bearer) token: unknown) { return token; }
}

@Controller()
class CircleController { @Get() read(@Depends(Right) value: number) { return value; } }
@Controller()
class ForgottenController {
  @Get() read(@Depends(NeedsForgotten) value: number) { return value; }
  @Get('again') again(@Depends(NeedsForgotten) value: number) { return value; }
}
@Controller()
class PerRequestController { @Get() read(@Depends(PerRequest) value: number) { return value; } }
@Controller()
class InjectsRequestController { @Get() read(@Depends(InjectsRequest) value: number) { return value; } }
@Controller()
class BareController { @Get() read(@Depends(TwoBare) value: unknown, @Depends(Bare) other: unknown) { return [value, other]; } }
@Controller()
class WithoutResolveController { @Get() read(@Depends(WithoutResolve as never) value: unknown) { return value; } }
@Controller()
class UnreadController {
  @Get() read(@Security(Value, { scopes: ['me'] }) value: number) { return value; }
  @Get('below') below(@Depends(AsksForUnread) value: number) { return value; }
  @Get('read') fine(@Security(ReadsScopes, { scopes: ['me'] }) value: unknown) { return value; }
}
@Controller()
class TypoController { @Get() read(@Security(Token, { scopes: ['mee'] }) token: string) { return token; } }
@Controller()
class TypoBelowController {
  @Get() read(@Depends(Typo) token: string) { return token; }
  @Get('again') again(@Depends(Typo) token: string) { return token; }
}
@Injectable()
class TypoInMember {
  resolve(@Depends(anyOf({ scheme: oauth2, scopes: ['mee'] })) token: string) { return token; }
}
@Controller('typo-in-member')
class TypoInMemberController { @Get() read(@Depends(TypoInMember) token: string) { return token; } }
@Controller()
class DefaultedController { @Get() read(@Depends(Defaulted) value: unknown) { return value; } }
@Controller()
class TwiceController { @Get() read(@Depends(Twice) value: number) { return value; } }
@Controller()
class UndeclaredController { @Get() read() { return 1; } }
@Controller()
class UnregisteredController { @Get() read(@Depends(TakesBearer) token: unknown) { return token; } }
@Controller()
class PublicController {
  @Get() @Public() read(@Depends(Token) token: string) { return token; }
  @Get('listed') @Public() @Security(Value) listed() { return 1; }
}
@Controller()
class SilentController {
  @Get() read(@Depends(Value) value: number) { return value; }
  @Get('listed') @Security(Value) listed() { return 1; }
  @Get('public') @Public() open(@Depends(Value) value: number) { return value; }
}

function appModule(controller: Type, options: Partial<AuthModuleOptions> = {}) {
  @Module({
    imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2 }], ...options }), FirstModule, SecondModule],
    controllers: [controller],
    providers: [Token, Value, Left, Right, NeedsForgotten, PerRequest, InjectsRequest, Bare, TwoBare, WithoutResolve, AsksForUnread, ReadsScopes, TakesBearer, Typo, TypoInMember, Defaulted],
  })
  class AppModule {}
  return AppModule;
}

type Told = Pick<Finding, 'code' | 'where' | 'problem' | 'path'>;

describe.each(ADAPTERS)('A mistake in a tree, on %s, stops the application', (adapter) => {
  const mistakes = async (controller: Type, options?: Partial<AuthModuleOptions>): Promise<readonly Told[]> => {
    const error = await startError(appModule(controller, options), adapter);
    return (error as AuthConfigurationError).findings.map(({ code, where, problem, path }) => ({ code, where, problem, ...(path !== undefined && { path }) }));
  };

  it.each<[string, Type, Told]>([
    ['a circle', CircleController, { code: 'dependency-cycle', where: 'Right', problem: 'is needed to make itself', path: 'CircleController.read > Right > Left > Right' }],
    ['a class that no module provides, told once', ForgottenController, { code: 'dependency-not-provided', where: 'Forgotten', problem: 'is no provider of any module', path: 'ForgottenController.read > NeedsForgotten > Forgotten' }],
    ['a request-scoped one', PerRequestController, { code: 'request-scoped-dependency', where: 'PerRequest', problem: 'is request-scoped or transient, or injects something that is', path: 'PerRequestController.read > PerRequest' }],
    ['one that injects the request', InjectsRequestController, { code: 'request-scoped-dependency', where: 'InjectsRequest', problem: 'is request-scoped or transient, or injects something that is', path: 'InjectsRequestController.read > InjectsRequest' }],
    ['a parameter without a decorator', BareController, { code: 'undecorated-parameter', where: 'TwoBare', problem: 'resolve takes 2 parameters, and number 2 has no decorator', path: 'BareController.read > TwoBare' }],
    ['a class without resolve', WithoutResolveController, { code: 'dependency-without-resolve', where: 'WithoutResolve', problem: 'has no method resolve', path: 'WithoutResolveController.read > WithoutResolve' }],
    ['a scope that does not exist', TypoController, { code: 'unknown-scope', where: 'TypoController.read', problem: 'requires the scope "mee", which does not exist (OAuth2PasswordBearer declares me)' }],
    ['one that is asked for below, told once', TypoBelowController, { code: 'unknown-scope', where: 'Typo.resolve', problem: 'requires the scope "mee", which does not exist (OAuth2PasswordBearer declares me)', path: 'TypoBelowController.read > Typo > Token' }],
    ['one of a member of what is taken below', TypoInMemberController, { code: 'unknown-scope', where: 'TypoInMember.resolve', problem: 'requires the scope "mee", which does not exist (OAuth2PasswordBearer declares me)', path: 'TypoInMemberController.read > TypoInMember > anyOf(OAuth2PasswordBearer: mee)' }],
    ['a scheme that is not registered', UnregisteredController, { code: 'scheme-not-registered', where: 'TakesBearer.resolve', problem: 'requires the scheme HTTPBearer, which is not registered', path: 'UnregisteredController.read > TakesBearer > HTTPBearer' }],
    ['a parameter without a decorator after one with a default', DefaultedController, { code: 'undecorated-parameter', where: 'Defaulted', problem: 'resolve takes 2 parameters, and number 2 has no decorator', path: 'DefaultedController.read > Defaulted' }],
    ['a class that two modules provide', TwiceController, { code: 'dependency-provided-twice', where: 'Twice', problem: 'is provided by FirstModule and SecondModule, which each make one of their own', path: 'TwiceController.read > Twice' }],
  ])('%s', async (_what, controller, told) => {
    expect(await mistakes(controller)).toContainEqual(told);
    expect((await mistakes(controller)).filter(({ code, where }) => code === told.code && where === told.where)).toHaveLength(1);
  });

  it('scopes that nothing reads, with the place that asks for them', async () => {
    const problem = 'asks Value for me, but nothing in its tree reads scopes: neither a scheme nor @RequiredScopes()';
    expect(await mistakes(UnreadController)).toEqual([
      { code: 'unread-scopes', where: 'UnreadController.read', problem, path: 'UnreadController.read > Value' },
      { code: 'unread-scopes', where: 'AsksForUnread.resolve', problem, path: 'UnreadController.below > AsksForUnread > Value' },
    ]);
  });

  it('@Public() beside what requires a caller, or beside @Security', async () => {
    expect((await mistakes(PublicController)).map(({ code, where }) => [code, where])).toEqual([
      ['public-with-requirement', 'PublicController.read'],
      ['public-with-requirement', 'PublicController.listed'],
    ]);
  });

  it('with global: true a route that takes a value and does not say who may call it', async () => {
    expect((await mistakes(SilentController, { global: true })).map(({ code, where }) => [code, where])).toEqual([['undeclared-route', 'SilentController.read']]);
  });

  it('with global: true a route that says nothing, whatever the whole application resolves', async () => {
    const told = await mistakes(UndeclaredController, { global: true, dependencies: [Value] });
    expect(told.map(({ code, where }) => [code, where])).toEqual([['undeclared-route', 'UndeclaredController.read']]);
  });

  it('a list of the application that is none, or has something else in it', () => {
    const forRoot = (dependencies: unknown): unknown => AuthModule.forRoot({ schemes: [{ scheme: oauth2 }], dependencies: dependencies as never });
    expect(() => forRoot(Token)).toThrow('dependencies is not a list');
    expect(() => forRoot([undefined])).toThrow('dependencies: what it names is undefined; give a scheme object, anyOf(...) or the class of a dependency. Undefined may come from a circle of imports.');
    expect(() => forRoot([{ dependency: Token, scope: ['me'] }])).toThrow("dependencies: scope is not an option. Give { scopes: ['...'], useCache: false }.");
    expect(() => forRoot([{ dependency: Token, scopes: 'me' }])).toThrow(TypeError);
  });

  it('or, where the audit only warns, refuses the route that has it', async () => {
    const app = await start(appModule(ForgottenController, { audit: 'warn' }), adapter);
    expect((await app.get('/')).status).toBe(403);
    await app.close();
  });
});

describe('A mistake in a decorator', () => {
  it.each<[string, () => unknown, string]>([
    ['no class at all', () => Depends(undefined as never), '@Depends: what it names is undefined; give a scheme object, anyOf(...) or the class of a dependency. Undefined may come from a circle of imports.'],
    ['a function', () => Security((() => 1) as never), '@Security: what it names is of type function; give a scheme object, anyOf(...) or the class of a dependency. Undefined may come from a circle of imports.'],
    ['a text for scopes', () => Security(Token, { scopes: 'me' as never }), "@Security: scopes are a list of texts, ['me'], not string."],
    ['useCache that is no boolean', () => Depends(Token, { useCache: 0 as never }), '@Depends: useCache is true or false, not number.'],
    ['an unknown option', () => Depends(Token, { cache: false } as never), "@Depends: cache is not an option. Give { scopes: ['...'], useCache: false }."],
  ])('is told where it is written: %s', (_what, declare, message) => {
    expect(declare).toThrow(new TypeError(message));
  });
});

describe.each(ADAPTERS)('The circle on %s', (adapter) => {
  it('does not keep the table from being described', async () => {
    const app = await start(appModule(CircleController, { audit: 'warn' }), adapter);
    expect(describeSecurity(app.app)[0]?.dependencies[0]?.name).toBe('Right');
    expect((await app.get('/')).status).toBe(403);
    await app.close();
  });
});
