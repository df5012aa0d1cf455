import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { APIKeyHeader, AuthConfigurationError, AuthModule, createSecureDocument, Depends, describeSecurity, HTTPBearer, RequiredScopes, Scopes, Security } from 'nestjs-scopes';
import type { SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, httpAdapter, listening } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const bearer = new HTTPBearer();
const key = new APIKeyHeader({ name: 'X-Key' });
const verified = testScheme();

@Injectable()
class CurrentUser {
  resolve(@RequiredScopes() { scopes }: SecurityScopes, @Depends(bearer) { credentials }: { credentials: string }) {
    return { name: credentials, scopes };
  }
}
@Injectable()
class ActiveUser {
  resolve(@Security(CurrentUser, { scopes: ['me'] }) user: { name: string; scopes: readonly string[] }) { return { ...user, isActive: true }; }
}
@Injectable()
class VerifiedUser {
  resolve(@Security(verified, { scopes: ['me'] }) token: string) { return { length: token.length }; }
}
/** Takes the place of CurrentUser, with a tree of its own. */
@Injectable()
class KeyUser {
  resolve(@Depends(key) name: string, @RequiredScopes() { scopes }: SecurityScopes) { return { name, scopes }; }
}
@Injectable()
class NeedsActiveUser {
  resolve(@Depends(ActiveUser) user: object) { return user; }
}
@Injectable()
class NeedsToken {
  resolve(@Depends(verified) token: string) { return { length: token.length }; }
}

@Controller()
class UsersController {
  @Get('items') items(@Security(ActiveUser, { scopes: ['items'] }) user: unknown) { return user; }
  @Get('twice') twice(@Depends(CurrentUser) one: unknown, @Depends(CurrentUser) two: unknown, @Depends(CurrentUser, { useCache: false }) three: unknown) { return [one, two, three]; }
  @Get('token') token(@Depends(bearer) token: unknown) { return { token }; }
  @Get('verified') verified(@Depends(VerifiedUser) user: unknown) { return user; }
  @Get('guarded') @Scopes('me') guarded(@Depends(CurrentUser) user: unknown) { return user; }
}
@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: verified, strategy: TestStrategy }, { scheme: bearer }, { scheme: key }] })],
  controllers: [UsersController],
  providers: [CurrentUser, ActiveUser, VerifiedUser],
})
class UsersModule {}

describe.each(ADAPTERS)('A test on %s', (adapter) => {
  const made: RunningApp[] = [];
  afterEach(() => Promise.all(made.splice(0).map((app) => app.close())));
  const started = async (override: (testing: TestingModuleBuilder) => TestingModuleBuilder): Promise<RunningApp> => {
    const testing = await override(Test.createTestingModule({ imports: [UsersModule] })).compile();
    const app = await listening(testing.createNestApplication(httpAdapter(adapter), { logger: false }));
    made.push(app);
    return app;
  };
  const security = ({ app }: RunningApp): unknown => [createSecureDocument(app, new DocumentBuilder().build()).paths, describeSecurity(app)];

  it('may replace a dependency at any depth, and needs no credentials then; the document stays', async () => {
    const plain = await started((testing) => testing);
    expect((await plain.get('/items')).status).toBe(401);
    const app = await started((testing) => testing.overrideProvider(CurrentUser).useValue({ resolve: () => ({ name: 'test' }) }));
    expect((await app.get('/items')).json).toEqual({ name: 'test', isActive: true });
    expect(security(app)).toEqual(security(plain));
  });

  it('may replace it by a class with a tree of its own, in the same place with the same scopes', async () => {
    const app = await started((testing) => testing.overrideProvider(CurrentUser).useClass(KeyUser));
    expect((await app.get('/items')).challenges).toEqual(['APIKey realm="api"']);
    expect((await app.send({ path: '/items', headers: [['X-Key', 'k']] })).json).toEqual({ name: 'k', scopes: ['items', 'me'], isActive: true });
  });

  it('finds the value in the cache of what it replaced', async () => {
    let calls = 0;
    const app = await started((testing) => testing.overrideProvider(CurrentUser).useValue({ resolve: () => (calls += 1) }));
    expect((await app.get('/twice')).json).toEqual([1, 1, 2]);
  });

  it('may replace what parameters take of a scheme, with scopes and all', async () => {
    const app = await started((testing) => testing.overrideProvider(bearer).useValue({ resolve: () => ({ credentials: 'fake' }) }));
    expect((await app.get('/token')).json).toEqual({ token: { credentials: 'fake' } });
    expect((await app.get('/items')).json).toEqual({ name: 'fake', scopes: ['items', 'me'], isActive: true });
  });

  it('opens nothing that a strategy verifies', async () => {
    const app = await started((testing) => testing.overrideProvider(VerifiedUser).useValue({ resolve: () => ({ name: 'test' }) }).overrideProvider(CurrentUser).useValue({ resolve: () => ({}) }));
    expect((await app.get('/verified')).status).toBe(401);
    expect((await app.get('/verified', await tokenWith('items'))).status).toBe(403);
    expect((await app.get('/verified', await tokenWith('me'))).json).toEqual({ name: 'test' });
    expect((await app.get('/guarded')).status).toBe(401);
  });

  it('gets nothing unverified into a replacement that takes a scheme with a strategy', async () => {
    const app = await started((testing) => testing.overrideProvider(CurrentUser).useClass(NeedsToken));
    expect((await app.get('/twice')).status).toBe(401);
    expect((await app.get('/twice', 'forged')).challenges[0]).toContain('error="invalid_token"');
    expect((await app.get('/twice', await tokenWith('me'))).status).toBe(200);
  });

  it('is told of a replacement that cannot work', async () => {
    const circle = started((testing) => testing.overrideProvider(CurrentUser).useClass(NeedsActiveUser));
    await expect(circle).rejects.toThrow('CurrentUser [dependency-cycle]: is needed to make itself (UsersController.twice > CurrentUser > ActiveUser > CurrentUser)');
    const empty = started((testing) => testing.overrideProvider(CurrentUser).useValue({}));
    await expect(empty).rejects.toThrow(AuthConfigurationError);
  });
});
