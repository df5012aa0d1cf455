import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, HTTPBearer, JwtStrategy, Scopes } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { claims, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, publicKey } from '../support/tokens.js';

const STRICT = 'https://strict.example.com';
const USUAL = 'https://usual.example.com';

/** Two issuers with the same key, so that nothing but the profile tells their tokens apart. */
class ProfilesStrategy extends JwtStrategy {
  constructor() {
    const common = { audience: AUDIENCE, algorithms: ['EdDSA'] as const, secretOrKey: publicKey };
    super({ issuers: [{ ...common, issuer: STRICT, profile: 'rfc9068' }, { ...common, issuer: USUAL }] });
  }
  validate({ sub }: AccessTokenClaims): unknown {
    return { name: sub };
  }
}

@Controller('me')
class MeController {
  @Get() @Scopes('me') read() {
    return 'me';
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: new HTTPBearer(), strategy: ProfilesStrategy }] })], controllers: [MeController] })
class ProfilesApp {}

const TOKENS = [
  { what: 'typ JWT', token: (iss: string) => jws(header({ typ: 'JWT' }), claims({ iss })) },
  { what: 'typ application/jwt', token: (iss: string) => jws(header({ typ: 'application/jwt' }), claims({ iss })) },
  { what: 'no typ', token: (iss: string) => jws(header({ typ: undefined }), claims({ iss })) },
  { what: 'no jti', token: (iss: string) => jws(header(), claims({ iss, jti: undefined })) },
  { what: 'no client_id', token: (iss: string) => jws(header(), claims({ iss, client_id: undefined })) },
  { what: 'no iat', token: (iss: string) => jws(header(), claims({ iss, iat: undefined })) },
  { what: 'scopes in scp', token: (iss: string) => jws(header(), claims({ iss, scope: undefined, scp: ['me'] })), status: 403 },
];

describe.each(ADAPTERS)('profiles of issuers side by side on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(ProfilesApp, adapter);
  });
  afterAll(() => app.close());

  it.each(TOKENS.filter(({ status }) => status === undefined))('JWT-05, JWT-06, RFC 9068 §4: a token with $what is refused of the strict issuer, and only of this one', async ({ token }) => {
    expectInvalidToken(await app.get('/me', token(STRICT)));
    expect((await app.get('/me', token(USUAL))).status).toBe(200);
  });

  it.each(TOKENS.filter(({ status }) => status === 403))('JWT-20, RFC 9068 §2.2.3: a token with $what grants nothing of the strict issuer, and only of this one', async ({ token }) => {
    expect((await app.get('/me', token(STRICT))).status).toBe(403);
    expect((await app.get('/me', token(USUAL))).status).toBe(200);
  });

  it.each(['at+jwt', 'application/at+jwt'])('JWT-05, RFC 9068 §4: typ %s is accepted of both', async (typ) => {
    for (const iss of [STRICT, USUAL]) expect((await app.get('/me', jws(header({ typ }), claims({ iss })))).status).toBe(200);
  });
});
