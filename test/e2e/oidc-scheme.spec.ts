import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { AuthModule, createSecureDocument, CurrentUser, JwtStrategy, OpenIdConnect, Scopes } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { API } from '../../apps/demo/src/oidc/api.js';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { expectInsufficientScope, expectInvalidToken } from '../support/jwt-app.js';
import { startProvider, tokensOf } from '../support/identity-provider.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

/** What an API needs to write for a provider: where it describes itself, and whom its tokens have to come from and be for. */
function appOf(issuer: string): DynamicModule {
  const oidc = new OpenIdConnect({ openIdConnectUrl: `${issuer}/.well-known/openid-configuration` });
  class ProviderStrategy extends JwtStrategy {
    constructor() {
      super({ issuer, audience: API, algorithms: ['RS256'] });
    }
    validate({ sub }: AccessTokenClaims): unknown {
      return { name: sub };
    }
  }
  @Controller('me')
  @Scopes('me')
  class MeController {
    @Get()
    read(@CurrentUser() user: object) {
      return user;
    }
  }
  @Module({})
  class ProviderApp {}
  return { module: ProviderApp, imports: [AuthModule.forRoot({ schemes: [{ scheme: oidc, strategy: ProviderStrategy }] })], controllers: [MeController] };
}

describe.each(ADAPTERS)('OpenIdConnect with a certified provider, on %s', (adapter) => {
  let provider: IdentityProvider;
  let app: RunningApp;
  beforeAll(async () => {
    provider = await startProvider();
    app = await start(appOf(provider.issuer), adapter);
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  it('OpenID Connect Discovery §4: documents the place where the provider describes itself', async () => {
    const { components } = createSecureDocument(app.app, new DocumentBuilder().build());
    const scheme = components?.securitySchemes?.['OpenIdConnect'] as { openIdConnectUrl: string };
    const metadata = (await (await fetch(scheme.openIdConnectUrl)).json()) as { issuer: string };
    expect(metadata.issuer).toBe(provider.issuer);
  });

  it('takes the access token of a person who consented, and knows them', async () => {
    const { access_token: token } = await tokensOf(provider, { scope: 'me items' });
    const { status, json } = await app.get('/me', token);
    expect({ status, json }).toEqual({ status: 200, json: { name: 'johndoe' } });
  });

  it('RFC 6750 §3.1: answers 403 and names the scope that they did not consent to', async () => {
    expectInsufficientScope(await app.get('/me', (await tokensOf(provider, { scope: 'items' })).access_token));
  });

  it('JWT-19: refuses the ID token, also in the profile that takes its type', async () => {
    expectInvalidToken(await app.get('/me', (await tokensOf(provider, { scope: 'openid me' })).id_token));
  });
});
