import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { AuthModule, createSecureDocument, CurrentUser, Depends, describeSecurity, HTTPBearer, JwtStrategy, Public, Scopes, Security } from 'nestjs-scopes';
import type { AuthModuleOptions } from 'nestjs-scopes';
import { ADAPTERS, httpAdapter, listening, start } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme, TestStrategy, tokenWith } from '../support/tokens.js';
import type { TestUser } from '../support/tokens.js';

@Injectable()
class Names {
  of(sub: string) {
    return `${sub} of the database`;
  }
}

/** Injects what only `providers` or `imports` of AuthModule can give it. */
@Injectable()
class NamingStrategy extends JwtStrategy {
  constructor(private readonly names: Names) {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  validate({ sub }: { sub: string }): TestUser {
    return { name: this.names.of(sub) };
  }
}

@Controller('me')
class MeController {
  @Get() @Scopes('me') read(@CurrentUser() user: TestUser) {
    return user;
  }
}
/** Imports nothing of ours: the guard must be injectable here all the same. */
@Module({ controllers: [MeController] })
class FeatureModule {}

@Module({ providers: [Names], exports: [Names] })
class NamesModule {}

const options = (): AuthModuleOptions => ({ schemes: [{ scheme: testScheme(), strategy: NamingStrategy }] });

@Injectable()
class OptionsFactory {
  create() {
    return options();
  }
}

const CONFIGURED = [
  ['forRoot with providers', AuthModule.forRoot({ ...options(), providers: [Names] })],
  ['forRoot with imports', AuthModule.forRoot({ ...options(), imports: [NamesModule] })],
  ['forRootAsync with useFactory and imports', AuthModule.forRootAsync({ imports: [NamesModule], useFactory: () => Promise.resolve(options()) })],
  ['forRootAsync with useFactory and providers', AuthModule.forRootAsync({ useFactory: options, providers: [Names, NamingStrategy] })],
  ['forRootAsync with useClass', AuthModule.forRootAsync({ useClass: OptionsFactory, providers: [Names] })],
] as const;

describe.each(ADAPTERS)('AuthModule on %s', (adapter) => {
  it.each(CONFIGURED)('configured by %s makes strategies with what they inject, for every module', async (_, configured) => {
    @Module({ imports: [configured, FeatureModule] })
    class AppModule {}
    const app = await start(AppModule, adapter);
    expect((await app.get('/me', await tokenWith('me'))).json).toEqual({ name: 'johndoe of the database' });
    expect((await app.get('/me')).status).toBe(401);
    await app.close();
  });

  it('takes the first scheme for a route that only says @Scopes, or the one called default', async () => {
    const first = new HTTPBearer({ schemeName: 'first' });
    const second = new HTTPBearer({ schemeName: 'second' });
    for (const [more, expected] of [[{}, 'first'], [{ default: second }, 'second']] as const) {
      @Module({
        imports: [AuthModule.forRoot({ schemes: [{ scheme: first, strategy: TestStrategy }, { scheme: second, strategy: TestStrategy }], ...more }), FeatureModule],
      })
      class AppModule {}
      const app = await start(AppModule, adapter);
      expect(describeSecurity(app.app)[0]?.security).toEqual([{ [expected]: ['me'] }]);
      await app.close();
    }
  });

  it('requires the scopes of the whole application of every route that is not public', async () => {
    @Controller('silent')
    class SilentController {
      @Get() read() {}
      @Get('public') @Public() open() {}
    }
    @Module({ imports: [AuthModule.forRoot({ ...options(), scopes: ['admin'], providers: [Names] }), FeatureModule], controllers: [SilentController] })
    class AppModule {}
    const app = await start(AppModule, adapter);
    expect((await app.get('/silent')).status).toBe(401);
    expect((await app.get('/silent', await tokenWith('me'))).status).toBe(403);
    expect((await app.get('/silent', await tokenWith('admin'))).status).toBe(200);
    expect((await app.get('/silent/public')).status).toBe(200);
    expect((await app.get('/me', await tokenWith('me'))).status).toBe(403);
    await app.close();
  });

  it('denies by default where global is true, and lets a public route through', async () => {
    @Controller('public')
    @Public()
    class PublicController {
      @Get() read() {}
    }
    @Module({ imports: [AuthModule.forRoot({ ...options(), global: true, providers: [Names] }), FeatureModule], controllers: [PublicController] })
    class AppModule {}
    const app = await start(AppModule, adapter);
    expect((await app.get('/public')).status).toBe(200);
    expect((await app.get('/me')).status).toBe(401);
    await app.close();
  });

  it('keeps two applications with the same controllers apart, in what is enforced and in what is documented', async () => {
    @Controller('silent')
    class SilentController {
      @Get() read() {}
    }
    @Module({ imports: [AuthModule.forRoot({ ...options(), scopes: ['admin'], providers: [Names] }), FeatureModule], controllers: [SilentController] })
    class StrictModule {}
    @Module({
      imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme({ schemeName: 'other' }), strategy: TestStrategy }] }), FeatureModule],
      controllers: [SilentController],
    })
    class OtherModule {}
    const [strict, other] = [await start(StrictModule, adapter), await start(OtherModule, adapter)];
    const security = (running: typeof strict, make: typeof createSecureDocument) => {
      const { paths } = make(running.app, new DocumentBuilder().build());
      return [paths['/me']?.get?.security, paths['/silent']?.get?.security];
    };
    expect(security(strict, createSecureDocument)).toEqual([[{ OAuth2PasswordBearer: ['admin', 'me'] }], [{ OAuth2PasswordBearer: ['admin'] }]]);
    expect(security(other, createSecureDocument)).toEqual([[{ other: ['me'] }], undefined]);
    expect(security(other, (app, config) => SwaggerModule.createDocument(app, config))).toEqual([[{ other: ['me'] }], undefined]);
    const token = await tokenWith('me');
    expect((await strict.get('/me', token)).status).toBe(403);
    expect((await other.get('/me', token)).json).toEqual({ name: 'johndoe' });
    await strict.close();
    await other.close();
  });

  it('lets a test replace a strategy as any provider', async () => {
    @Module({ imports: [AuthModule.forRoot({ ...options(), providers: [Names] }), FeatureModule] })
    class AppModule {}
    const testing = await Test.createTestingModule({ imports: [AppModule] }).overrideProvider(NamingStrategy).useClass(TestStrategy).compile();
    const app = await listening(testing.createNestApplication(httpAdapter(adapter), { logger: false }));
    expect((await app.get('/me', await tokenWith('me'))).json).toEqual({ name: 'johndoe' });
    await app.close();
  });

  it('requires the credentials of a scheme without a strategy to be there, and verifies nothing: the handler that takes them does', async () => {
    const raw = new HTTPBearer();
    @Controller('raw')
    class RawController {
      @Get() read(@CurrentUser() user: unknown, @Depends(raw) _token: unknown) {
        return { user };
      }
    }
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: raw }] })], controllers: [RawController] })
    class AppModule {}
    const app = await start(AppModule, adapter);
    expect((await app.get('/raw')).status).toBe(401);
    expect((await app.get('/raw', 'anything')).json).toEqual({ user: null });
    await app.close();
  });

  it('never lets a request in by a scheme that is not registered, where the audit only warns', async () => {
    @Controller('elsewhere')
    class ElsewhereController {
      @Get('named') @Security(new HTTPBearer()) named() {}
      @Get('default') @Scopes() fallback() {}
    }
    for (const schemes of [[], [{ scheme: testScheme(), strategy: TestStrategy }]]) {
      @Module({ imports: [AuthModule.forRoot({ schemes, audit: 'warn' })], controllers: [ElsewhereController] })
      class AppModule {}
      const app = await start(AppModule, adapter);
      expect((await app.get('/elsewhere/named', await tokenWith('me'))).status).toBe(401);
      expect((await app.get('/elsewhere/default', await tokenWith('me'))).status).toBe(schemes.length === 0 ? 403 : 200);
      await app.close();
    }
  });
});
