import { jest } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, JwtStrategy, Scopes } from 'nestjs-scopes';
import type { AccessTokenClaims, Principal } from 'nestjs-scopes';
import { moveDateTo, realClock, stopDateAt } from '../support/fake-clock.js';
import { claims, encoded, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme } from '../support/tokens.js';

let asked: string[] = [];
let isSessionOver = false;

class RememberingStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey, verifiedTokenCache: 2 });
  }
  override isRevoked({ jti }: AccessTokenClaims): boolean {
    asked.push(`isRevoked ${jti ?? ''}`);
    return isSessionOver;
  }
  validate({ sub, jti }: AccessTokenClaims): unknown {
    asked.push(`validate ${jti ?? ''}`);
    return { name: sub };
  }
}

@Module({})
class RememberingApp {
  static register(): DynamicModule {
    @Controller()
    class RoutesController {
      @Get('me')
      @Scopes('me')
      read(@CurrentPrincipal() { claims: { aud } }: Principal) {
        return { isFrozen: Object.isFrozen(aud) };
      }
      @Get('admin')
      @Scopes('admin')
      administer() {
        return {};
      }
    }
    return { module: RememberingApp, imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: RememberingStrategy }] })], controllers: [RoutesController] };
  }
}

describe.each(ADAPTERS)('verified tokens that are remembered on %s', (adapter) => {
  let app: RunningApp;
  let verify: jest.SpiedFunction<typeof crypto.subtle.verify>;
  beforeEach(async () => {
    asked = [];
    isSessionOver = false;
    verify = jest.spyOn(crypto.subtle, 'verify');
    app = await start(RememberingApp.register(), adapter);
  });
  afterEach(async () => {
    verify.mockRestore();
    realClock();
    await app.close();
  });
  const statuses = async (path: string, ...tokens: string[]) => {
    const answers = [];
    for (const token of tokens) answers.push((await app.get(path, token)).status);
    return answers;
  };

  it('verifies the signature of a token once, and asks isRevoked and validate each time', async () => {
    const token = jws(header(), claims());
    expect(await statuses('/me', token, token, token)).toEqual([200, 200, 200]);
    expect(verify).toHaveBeenCalledTimes(1);
    expect(asked).toEqual(['isRevoked id-1', 'validate id-1', 'isRevoked id-1', 'validate id-1', 'isRevoked id-1', 'validate id-1']);
  });

  it('answers 401 to a token that it remembers as soon as it has expired', async () => {
    stopDateAt(1_800_000_000);
    const token = jws(header(), claims());
    expect((await app.get('/me', token)).status).toBe(200);
    moveDateTo(1_800_000_000 + 605);
    expectInvalidToken(await app.get('/me', token));
  });

  it('answers 401 to a token that it remembers as soon as it is revoked', async () => {
    const token = jws(header(), claims());
    expect((await app.get('/me', token)).status).toBe(200);
    isSessionOver = true;
    expectInvalidToken(await app.get('/me', token));
  });

  it('answers 403 to a token that it remembers where the scope is missing', async () => {
    const token = jws(header(), claims());
    expect(await statuses('/me', token)).toEqual([200]);
    expect(await statuses('/admin', token)).toEqual([403]);
  });

  it.each([
    { what: 'the same claims and no good signature', change: (token: string) => token.replace(/.{8}$/, 'AAAAAAAA') },
    { what: 'the same signature and other claims', change: (token: string) => token.replace(/\.[^.]+\./, `.${encoded(claims({ sub: 'admin' }))}.`) },
    { what: 'the same signature and another header', change: (token: string) => token.replace(/^[^.]+/, encoded(header({ kid: 'x' }))) },
  ])('answers 401 to a token with $what as one that it remembers', async ({ change }) => {
    const token = jws(header(), claims());
    expect((await app.get('/me', token)).status).toBe(200);
    expectInvalidToken(await app.get('/me', change(token)));
    expectInvalidToken(await app.get('/me', change(token)));
  });

  it('remembers no token that it refused', async () => {
    const token = jws(header(), claims()).replace(/.{8}$/, 'AAAAAAAA');
    expect(await statuses('/me', token, token)).toEqual([401, 401]);
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it('forgets the token that was not sent for longest when there is no more room', async () => {
    const [first, second, third] = ['id-1', 'id-2', 'id-3'].map((jti) => jws(header(), claims({ jti }))) as [string, string, string];
    await statuses('/me', first, second, first, third);
    verify.mockClear();
    await statuses('/me', first, third);
    expect(verify).not.toHaveBeenCalled();
    await statuses('/me', second);
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it('JWT-21: gives requests that share a token claims that none of them can change', async () => {
    expect((await app.get('/me', jws(header(), claims({ aud: [AUDIENCE] })))).json).toEqual({ isFrozen: true });
  });
});
