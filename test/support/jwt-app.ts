import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, HTTPBearer, JwtStrategy, Principal, Scopes, Security } from 'nestjs-scopes';
import type { AccessTokenClaims, JwtCacheOptions, JwtIssuerOptions } from 'nestjs-scopes';
import { ec, rsa, SECRET } from './hostile-tokens.js';
import type { TestResponse } from './running-app.js';
import { AUDIENCE, ISSUER, publicKey } from './tokens.js';

/** A strategy class with these options on top of the issuer and audience of the tests. */
export function strategyWith(options: Pick<JwtIssuerOptions, 'algorithms'> & Partial<JwtIssuerOptions & JwtCacheOptions>): Type<JwtStrategy> {
  return class AnyUserStrategy extends JwtStrategy {
    constructor() {
      super({ issuer: ISSUER, audience: AUDIENCE, ...options });
    }
    validate({ sub }: AccessTokenClaims): unknown {
      return { name: sub };
    }
  };
}

const STRATEGIES = {
  eddsa: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey }),
  rfc9068: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey, profile: 'rfc9068' }),
  audiences: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey, audience: ['https://other.example.com', AUDIENCE] }),
  permissions: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey, scopeClaims: ['permissions'] }),
  rs256: strategyWith({ algorithms: ['RS256'], secretOrKey: rsa.publicKey.export({ format: 'pem', type: 'spki' }) }),
  es256: strategyWith({ algorithms: ['ES256'], secretOrKey: ec.publicKey.export({ format: 'jwk' }) }),
  hs256: strategyWith({ algorithms: ['HS256'], secretOrKey: SECRET }),
};

/** An application with a route for each strategy, which requires the scope `me` and answers what it knows of the caller. */
@Module({})
export class JwtApp {
  static register(): DynamicModule {
    const registrations = Object.entries(STRATEGIES).map(([name, strategy]) => ({ scheme: new HTTPBearer({ schemeName: name }), strategy }));
    return {
      module: JwtApp,
      imports: [AuthModule.forRoot({ schemes: registrations })],
      controllers: registrations.map(({ scheme }) => controllerOf(scheme)),
    };
  }
}

function controllerOf(scheme: HTTPBearer): Type {
  @Controller(scheme.name)
  @Security(scheme)
  class CallerController {
    @Get()
    @Scopes('me')
    read(@CurrentPrincipal() principal: Principal) {
      const { user, scopes, claims } = principal;
      const isHardened = isDeeplyFrozen(claims) && Object.isFrozen(scopes) && Object.isFrozen(principal) && Object.getPrototypeOf(claims) === null;
      return { user, scopes, claims, isHardened, polluted: ({} as Record<string, unknown>)['polluted'] ?? null };
    }
  }
  return CallerController;
}

function isDeeplyFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));
}

/** The answer to a token that is not accepted: it does not say which check failed. @see RFC 6750 §3.1 */
export function expectInvalidToken({ status, challenges, json }: TestResponse): void {
  expect({ status, challenges, json }).toEqual({
    status: 401,
    challenges: ['Bearer realm="api", error="invalid_token", scope="me"'],
    json: { statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' },
  });
}

/** The answer to a good token that does not grant `me`. @see RFC 6750 §3.1 */
export function expectInsufficientScope({ status, challenges, json }: TestResponse): void {
  expect({ status, challenges, json }).toEqual({
    status: 403,
    challenges: ['Bearer realm="api", error="insufficient_scope", scope="me"'],
    json: { statusCode: 403, message: 'Not enough permissions', error: 'Forbidden' },
  });
}
