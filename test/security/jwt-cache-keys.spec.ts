import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, JwtStrategy, Scopes } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { passTime, realClock, stopMonotonicClock } from '../support/fake-clock.js';
import { claims, ed25519, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { KeyServer } from '../support/key-server.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, publicKey, testScheme } from '../support/tokens.js';

const [KID, WINDOW, HOUR] = ['key-1', 10, 3600];
const stranger = generateKeyPairSync('ed25519').publicKey;

function appOf({ issuer }: KeyServer): DynamicModule {
  class RememberingStrategy extends JwtStrategy {
    constructor() {
      super({ issuer, audience: AUDIENCE, algorithms: ['EdDSA'], verifiedTokenCache: 10 });
    }
    validate({ sub }: AccessTokenClaims): unknown {
      return { name: sub };
    }
  }
  @Controller('me')
  class MeController {
    @Get()
    @Scopes('me')
    read() {
      return {};
    }
  }
  @Module({})
  class RememberingApp {}
  return { module: RememberingApp, imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: RememberingStrategy }] })], controllers: [MeController] };
}

describe.each(ADAPTERS)('tokens that are remembered, when keys change, on %s', (adapter) => {
  let provider: KeyServer;
  let app: RunningApp;
  const publish = (kid: string, key: KeyObject) => { provider.publish('jwks', { keys: [{ ...key.export({ format: 'jwk' }), kid }] }); };
  const token = (kid = KID) => jws(header({ kid }), claims({ iss: provider.issuer }), ed25519);
  beforeEach(async () => {
    stopMonotonicClock();
    provider = await KeyServer.start();
    publish(KID, publicKey);
    app = await start(appOf(provider), adapter);
  });
  afterEach(async () => {
    await app.close();
    await provider.goDown();
    realClock();
  });

  it.each([
    { what: 'another key takes its name', change: () => { publish(KID, stranger); } },
    { what: 'it is not published any more', change: () => { publish('key-2', stranger); } },
  ])('KEY-09: answers 401 to a token that it remembers after the fetch at which $what', async ({ change }) => {
    const good = token();
    expect((await app.get('/me', good)).status).toBe(200);
    change();
    passTime(WINDOW);
    await app.get('/me', token('unknown'));
    expectInvalidToken(await app.get('/me', good));
  });

  it('takes it after a fetch that changes nothing', async () => {
    const good = token();
    expect((await app.get('/me', good)).status).toBe(200);
    passTime(WINDOW);
    await app.get('/me', token('unknown'));
    expect((await app.get('/me', good)).status).toBe(200);
  });

  it('KEY-03: answers 503 to it once the provider has been silent for longer than maxStale', async () => {
    const good = token();
    expect((await app.get('/me', good)).status).toBe(200);
    await provider.goDown();
    passTime(HOUR + 1);
    expect((await app.get('/me', good)).status).toBe(503);
    await provider.comeBack();
  });
});
