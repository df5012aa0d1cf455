import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, HTTPBearer, IntrospectionStrategy, Principal, Scopes } from 'nestjs-scopes';
import type { IntrospectedClaims, IntrospectionStrategyOptions } from 'nestjs-scopes';
import { start } from './running-app.js';
import type { Adapter, RunningApp, SetUp } from './running-app.js';
import { AUDIENCE, ISSUER } from './tokens.js';

/** A strategy of the user's, with these options on top of those of the tests; it counts what it was asked for. */
export class TestIntrospection extends IntrospectionStrategy {
  asked = 0;
  validated = 0;

  constructor(options: Partial<IntrospectionStrategyOptions>) {
    super({ issuer: ISSUER, audience: AUDIENCE, clientId: 'api', clientSecret: 'the secret of the API', ...options });
  }
  validate({ sub = 'nobody' }: IntrospectedClaims): unknown {
    this.validated += 1;
    return sub === 'nobody' ? null : { name: sub };
  }
  override verifyCredentials(...credentials: Parameters<IntrospectionStrategy['verifyCredentials']>) {
    this.asked += 1;
    return super.verifyCredentials(...credentials);
  }
}

/** What a provider says of a good access token with the scope `me`; `changes` replace or, with `undefined`, remove it. */
export function activeToken(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return { active: true, iss: ISSUER, aud: AUDIENCE, sub: 'johndoe', client_id: 'app', scope: 'me', token_type: 'Bearer', iat: now, exp: now + 600, ...changes };
}

export interface IntrospectionApp extends RunningApp {
  readonly strategy: TestIntrospection;
}

/**
 * An application whose route `/` requires the scope `me` of an introspected token, and answers what it knows of the caller.
 * It asks the provider nothing at start, unless a test wants that.
 */
export async function startIntrospectionApp(adapter: Adapter, options: Partial<IntrospectionStrategyOptions>, setUp?: SetUp, discovery: 'start' | 'first-use' = 'first-use'): Promise<IntrospectionApp> {
  class AppIntrospection extends TestIntrospection {
    constructor() {
      super(options);
    }
  }
  const module: DynamicModule = {
    module: IntrospectedModule,
    imports: [AuthModule.forRoot({ schemes: [{ scheme: new HTTPBearer(), strategy: AppIntrospection }], providers: [AppIntrospection], discovery })],
    controllers: [CallerController],
  };
  const app = await start(module, adapter, setUp);
  return { ...app, strategy: app.app.get(AppIntrospection, { strict: false }) };
}

@Module({})
class IntrospectedModule {}

@Controller()
class CallerController {
  @Get()
  @Scopes('me')
  read(@CurrentPrincipal() { user, scopes, claims }: Principal) {
    return { user, scopes, claims, isHardened: isHardened(claims) };
  }
}

/** Whether nobody can change a value, and it inherits nothing from objects. */
function isHardened(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const inherits = !Array.isArray(value) && Object.getPrototypeOf(value) !== null;
  return Object.isFrozen(value) && !inherits && Object.values(value).every(isHardened);
}
