import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { Server } from 'node:http';
import passport from 'passport';
import { ExtractJwt, Strategy as PassportJwt } from 'passport-jwt';
import { AuthModule, CurrentUser, HTTPBearer, JwtStrategy, Scopes } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { LegacyJwtStrategy, legacyToken } from '../support/passport-strategies.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme, tokenWith } from '../support/tokens.js';
import type { TestUser } from '../support/tokens.js';

@Controller('scoped')
class ScopedController {
  @Get()
  @Scopes('me')
  read(@CurrentUser() user: unknown) {
    return { user };
  }
}

@Controller('guarded')
@UseGuards(AuthGuard('legacy'))
class GuardedController {
  @Get()
  read(@Req() { user }: { user: unknown }) {
    return { user };
  }
}

@Controller('by-hand')
@UseGuards(AuthGuard('by-hand'))
class ByHandController {
  @Get()
  read(@Req() { user }: { user: unknown }) {
    return { user };
  }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: new HTTPBearer(), strategy: LegacyJwtStrategy }] })],
  controllers: [ScopedController, GuardedController],
})
class LegacyApp {}

/** A strategy with a private member, which an object that inherits from it does not have. */
class PrivateStrategy extends JwtStrategy {
  readonly #known = new Map<string, TestUser>([['johndoe', { name: 'johndoe' }]]);

  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  validate({ sub }: AccessTokenClaims): TestUser | undefined {
    return this.#known.get(sub);
  }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: PrivateStrategy }] })],
  controllers: [ScopedController, ByHandController],
})
class ByHandApp {}

/** A strategy class with the name that every tutorial gives it. */
function strategyOf(application: string, secretOrKey: string): Type<InstanceType<typeof PassportJwt>> {
  return class extends PassportStrategy(PassportJwt, 'jwt') {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey, algorithms: ['HS256'] });
    }
    validate() {
      return { application, scopes: ['me'] };
    }
  };
}

@Module({})
class NamedApp {
  static of(application: string, secret: string): DynamicModule {
    const auth = AuthModule.forRoot({ schemes: [{ scheme: new HTTPBearer(), strategy: strategyOf(application, secret) }] });
    return { module: NamedApp, imports: [auth], controllers: [ScopedController] };
  }
}

const FIRST_SECRET = 'the-secret-of-the-first-application';
const SECOND_SECRET = 'the-secret-of-the-second-application';

describe.each(ADAPTERS)('two applications in one process on %s', (adapter) => {
  let first: RunningApp;
  let second: RunningApp;
  beforeAll(async () => {
    first = await start(NamedApp.of('first', FIRST_SECRET), adapter);
    second = await start(NamedApp.of('second', SECOND_SECRET), adapter);
  });
  afterAll(async () => {
    await first.close();
    await second.close();
  });

  it('NST-05: each asks its own strategy, though both have one name', async () => {
    const answers = [await first.get('/scoped', legacyToken('x', FIRST_SECRET)), await second.get('/scoped', legacyToken('x', SECOND_SECRET))];
    expect(answers.map(({ status, json }) => [status, json.user?.application])).toEqual([[200, 'first'], [200, 'second']]);
  });

  it('NST-05: neither accepts the tokens of the other', async () => {
    const answers = [await first.get('/scoped', legacyToken('x', SECOND_SECRET)), await second.get('/scoped', legacyToken('x', FIRST_SECRET))];
    const challenges = ['Bearer realm="api", error="invalid_token", scope="me"'];
    expect(answers.map((answer) => [answer.status, answer.challenges])).toEqual([[401, challenges], [401, challenges]]);
  });
});

/** A strategy that fails without calling back leaves a request without an answer. */
const ANSWER_WITHIN_MS = 2000;

describe.each(ADAPTERS)('AuthGuard of @nestjs/passport beside ours on %s', (adapter) => {
  describe('with one strategy for both', () => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await start(LegacyApp, adapter);
    });
    afterAll(() => app.close());

    it.each(['/scoped', '/guarded'])('%s knows the user of a good token', async (path) => {
      const { status, json } = await app.get(path, legacyToken('johndoe'));
      expect({ status, user: json.user }).toEqual({ status: 200, user: { name: 'johndoe', scopes: ['me'] } });
    });

    it.each(['/scoped', '/guarded'])('%s answers 401 without a token, and with a bad one', async (path) => {
      expect([(await app.get(path)).status, (await app.get(path, 'bad')).status]).toEqual([401, 401]);
    });
  });

  describe('with a JwtStrategy that was registered by hand', () => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await start(ByHandApp, adapter, (made) => {
        passport.use('by-hand', made.get(PrivateStrategy, { strict: false }));
      });
    });
    afterAll(async () => {
      passport.unuse('by-hand');
      // A request that got no answer would keep the server open.
      (app.app.getHttpServer() as Server).closeAllConnections();
      await app.close();
    });

    it.each(['/scoped', '/by-hand'])('%s knows the user of a good token', async (path) => {
      const { status, json } = await app.get(path, await tokenWith('me'));
      expect({ status, user: json.user }).toEqual({ status: 200, user: { name: 'johndoe' } });
    }, ANSWER_WITHIN_MS);

    it.each(['/scoped', '/by-hand'])('%s answers 401 without a token, with a bad one, to nobody and to an expired one', async (path) => {
      const tokens = [undefined, 'bad', await tokenWith('me', { sub: 'nobody' }), await tokenWith('me', { exp: 1 })];
      const answers = await Promise.all(tokens.map((token) => app.get(path, token)));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    }, ANSWER_WITHIN_MS);

    it('/scoped asks for its scope, and /by-hand, whose guard knows none, does not', async () => {
      const token = await tokenWith('items');
      expect([(await app.get('/scoped', token)).status, (await app.get('/by-hand', token)).status]).toEqual([403, 200]);
    }, ANSWER_WITHIN_MS);
  });
});
