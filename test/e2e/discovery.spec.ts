import { Controller, Get, Logger, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthConfigurationError, AuthModule, describeSecurity, JwtStrategy, Public, Scopes, Security } from 'nestjs-scopes';
import type { AccessTokenClaims, AuthModuleOptions } from 'nestjs-scopes';
import { passTime, realClock, stopMonotonicClock } from '../support/fake-clock.js';
import { KeyServer } from '../support/key-server.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme, tokenWith } from '../support/tokens.js';

const KID = 'key-1';
const WINDOW = 10;

/** An application with a route for tokens of two issuers, of which one has to be asked for its keys, and one for everybody. */
function appOf(issuer: string, options: Omit<AuthModuleOptions, 'schemes'> = {}, scopes: readonly string[] = ['me']): DynamicModule {
  class ProviderStrategy extends JwtStrategy {
    constructor() {
      super({
        issuers: [
          { issuer, audience: AUDIENCE, algorithms: ['EdDSA'] },
          { issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey },
        ],
      });
    }
    validate({ sub }: AccessTokenClaims): unknown {
      return { name: sub };
    }
  }
  const bearer = testScheme();
  @Controller()
  class RoutesController {
    @Get('me')
    @Security(bearer)
    @Scopes(...scopes)
    read() {
      return {};
    }
    @Get('status')
    @Public()
    status() {
      return {};
    }
  }
  @Module({})
  class DiscoveringApp {}
  return { module: DiscoveringApp, imports: [AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy: ProviderStrategy }], ...options })], controllers: [RoutesController] };
}

const unavailable = (app: RunningApp) => Object.fromEntries(describeSecurity(app.app).map(({ path, unavailable: reasons }) => [path, reasons]));

describe.each(ADAPTERS)('When identity providers are asked, on %s', (adapter) => {
  let provider: KeyServer;
  const running: RunningApp[] = [];
  const started = async (module: DynamicModule) => {
    const app = await start(module, adapter);
    running.push(app);
    return app;
  };
  const token = () => tokenWith('me', { iss: provider.issuer }, { kid: KID });
  beforeEach(async () => {
    stopMonotonicClock();
    provider = await KeyServer.start();
    provider.publish('jwks', { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KID }] });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((app) => app.close()));
    await provider.goDown();
    realClock();
  });

  it('at start: keys are there before the first request', async () => {
    const app = await started(appOf(provider.issuer));
    expect(provider.asked).toMatchObject({ openid: 1, jwks: 1 });
    expect((await app.get('/me', await token())).status).toBe(200);
    expect(provider.fetches).toBe(2);
  });

  it("at first use, with discovery: 'first-use': nobody is asked before a token comes", async () => {
    const app = await started(appOf(provider.issuer, { discovery: 'first-use' }));
    expect((await app.get('/status')).status).toBe(200);
    expect((await app.get('/me')).status).toBe(401);
    expect(provider.fetches).toBe(0);
    expect((await app.get('/me', await token())).status).toBe(200);
    expect(provider.fetches).toBe(2);
  });

  it('KEY-12: a provider that is down holds up neither the start, nor public routes, nor tokens of another issuer', async () => {
    await provider.goDown();
    const app = await started(appOf(provider.issuer));
    expect((await app.get('/status')).status).toBe(200);
    expect((await app.get('/me', await tokenWith('me'))).status).toBe(200);
    const { status, headers, challenges } = await app.get('/me', await token());
    expect({ status, retryAfter: headers['retry-after'], challenges }).toEqual({ status: 503, retryAfter: '5', challenges: [] });
    await provider.comeBack();
    passTime(WINDOW);
    expect((await app.get('/me', await token())).status).toBe(200);
  });

  it('describeSecurity tells why keys cannot be had, at the routes that need them, until they can', async () => {
    await provider.goDown();
    const app = await started(appOf(provider.issuer));
    expect(unavailable(app)).toEqual({ '/me': [`${provider.issuer}/.well-known/openid-configuration refuses connections`], '/status': [] });
    await provider.comeBack();
    passTime(WINDOW);
    await app.get('/me', await token());
    expect(unavailable(app)).toEqual({ '/me': [], '/status': [] });
  });

  it('KEY-08: a provider of another issuer stops the application, and the error says what to write', async () => {
    provider.publish('openid', { issuer: `${provider.issuer}/`, jwks_uri: provider.jwksUri });
    const error = (await startError(appOf(provider.issuer), adapter)) as AuthConfigurationError;
    expect(error.findings).toEqual([
      {
        code: 'provider-contradiction',
        where: 'ProviderStrategy',
        problem: `${provider.issuer}/.well-known/openid-configuration is of the issuer "${provider.issuer}/", and "${provider.issuer}" is configured`,
        mend: `write issuer: "${provider.issuer}/", with the slash at the end: the two must be equal in every character.`,
      },
    ]);
  });

  it('a provider that has no key of the algorithms stops the application, beside its other mistakes', async () => {
    provider.publish('jwks', { keys: [{ kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ', alg: 'ES256' }] });
    const error = (await startError(appOf(provider.issuer, {}, ['typo']), adapter)) as AuthConfigurationError;
    expect(error.findings.map(({ code, problem }) => [code, problem])).toEqual([
      ['unknown-scope', expect.stringContaining('typo')],
      ['provider-contradiction', expect.stringContaining('none of the 1 keys of the JWK Set can verify EdDSA')],
    ]);
  });

  it("a provider that contradicts the options is told with audit: 'warn', and its tokens get 503", async () => {
    provider.publish('openid', { issuer: 'https://another.example.com', jwks_uri: provider.jwksUri });
    const warned: string[] = [];
    const app = await start(appOf(provider.issuer, { audit: 'warn' }), adapter, (nest) => {
      nest.useLogger({ log: () => undefined, error: () => undefined, warn: (text: string) => { warned.push(text); } });
    });
    running.push(app);
    Logger.overrideLogger(false);
    expect(warned.join('\n')).toContain('[provider-contradiction]');
    expect((await app.get('/me', await token())).status).toBe(503);
  });
});

describe('The option discovery', () => {
  it.each(['later', '', true, null])('that is %j stops the application', (discovery) => {
    expect(() => appOf(ISSUER, { discovery: discovery as 'start' })).toThrow("discovery is unknown\n     Mend: give 'start' or 'first-use'.");
  });
});
