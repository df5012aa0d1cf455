import type { INestApplicationContext } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { AuthConfigurationError } from '../errors.js';
import type { FindingCode } from '../errors.js';
import { partOf } from '../routes/part-of.js';
import { SecurityScheme, shown } from '../schemes/scheme.js';
import type { SchemeRequest } from '../schemes/scheme.js';
import { schemesOf } from '../scopes/expression.js';
import { checkedScopes } from '../scopes/scope-text.js';
import { isNobody, NO_CLAIMS } from '../strategies/strategy.js';
import type { Verification } from '../strategies/strategy.js';
import { StrategyRegistry } from '../strategies/strategy-registry.js';
import { intercept } from './interception.js';
import { carried, wireOf } from './wire.js';
import type { Carried } from './wire.js';

/** Who calls, for {@link actingAs}. */
export interface ActingCaller {
  /** What `@CurrentUser()` injects: what the strategy's `validate` would have returned. */
  readonly user: unknown;
  /** The scopes that the caller was granted. @defaultValue none */
  readonly scopes?: readonly string[];
  /** The scheme that identifies the caller. @defaultValue the application's default scheme, the first one where it is `anyOf(...)` */
  readonly scheme?: SecurityScheme;
  /** `claims` of the {@link Principal}. @defaultValue none */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** What a request of the caller carries. */
export interface ActingCredentials {
  /** `Authorization`, `Cookie` or the header of an API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parameter of an API key that travels in the query; else empty. */
  readonly query: Readonly<Record<string, string>>;
}

/** A caller that a test made up, and the credentials that stand for it. */
interface MadeUpCaller {
  readonly scheme: SecurityScheme;
  readonly credentials: unknown;
  readonly verification: Verification;
}

const callers = new WeakMap<StrategyRegistry, MadeUpCaller[]>();

/**
 * A caller for a test, without a token: what it returns is sent along with a request, which the guard then takes for one of
 * this user with these scopes. Everything else is the real thing: what the route requires, 403 for a missing scope,
 * dependencies, the handler.
 *
 * The credentials are random, of this call, and known to this application object alone, as long as it exists. Other
 * credentials, of the same scheme too, are verified by their strategies as before. For a route that requires several
 * schemes, make a caller of each and send both.
 *
 * It does NOT ask the strategy: neither its `validate` nor its store knows of the caller. A scheme registered without a
 * strategy has nobody to stand in for. Throws {@link AuthConfigurationError} where the scheme is not registered, has no
 * strategy or does not declare a scope, and a `TypeError` for options that are malformed.
 *
 * @param app - the application, with `AuthModule` imported, before or after `init()`
 * @returns `{ headers, query }`, as supertest, `fetch` and Fastify's `inject` take them
 * @example
 * const johndoe = actingAs(app, { user: { name: 'johndoe' }, scopes: ['me'] });
 * await request(app.getHttpServer()).get('/users/me').set(johndoe.headers).expect(200);
 * await request(app.getHttpServer()).get('/users/me/items').set(johndoe.headers).expect(403);
 *
 * @see FastAPI `app.dependency_overrides[get_current_user]`
 */
export function actingAs(app: INestApplicationContext, caller: ActingCaller): ActingCredentials {
  const settings = partOf<AuthSettings>(app, SETTINGS);
  const { user, scopes, claims, scheme } = checkedCaller(caller, settings);
  const sent = credentialsFor(scheme);
  const extraction = scheme.extract(requestWith(sent));
  if (extraction.kind !== 'credentials') {
    throw mistake('unusable-strategy', `${scheme.name} does not find its credentials where its OpenAPI object says they are`, 'replace its strategy with overrideProvider(...) for this test.');
  }
  const registry = partOf<StrategyRegistry>(app, StrategyRegistry);
  callersOf(registry).push({ scheme, credentials: extraction.credentials, verification: Object.freeze({ kind: 'verified', user, scopes, claims }) });
  return sent;
}

/** The made-up callers of an application; with the first one its registry learns to ask for them. */
function callersOf(registry: StrategyRegistry): MadeUpCaller[] {
  const known = callers.get(registry);
  if (known !== undefined) return known;
  const made: MadeUpCaller[] = [];
  callers.set(registry, made);
  intercept(registry, 'verify', (next, scheme, credentials, request) => {
    const caller = made.find((candidate) => candidate.scheme === scheme && isDeepStrictEqual(candidate.credentials, credentials));
    return caller === undefined ? next(scheme, credentials, request) : Promise.resolve(caller.verification);
  });
  return made;
}

function checkedCaller(caller: ActingCaller, settings: AuthSettings): Required<ActingCaller> {
  if (typeof (caller as unknown) !== 'object' || (caller as unknown) === null) throw new TypeError("actingAs: say who calls, { user, scopes: ['...'] }.");
  const unknown = Object.keys(caller).find((name) => !['user', 'scopes', 'scheme', 'claims'].includes(name));
  if (unknown !== undefined) throw new TypeError(`actingAs: ${unknown} is not an option. Give { user, scopes: ['...'], scheme, claims }.`);
  const { user, claims = NO_CLAIMS, scheme = defaultScheme(settings) } = caller;
  if (isNobody(user)) throw new TypeError('actingAs: the user is missing. Give what validate() of the strategy would return; for nobody, send no credentials.');
  const scopes = checkedScopes('actingAs', caller.scopes ?? []);
  if (scheme === null) throw mistake('scheme-not-registered', 'no scheme is registered', 'add one to AuthModule.forRoot({ schemes }).');
  if (!(scheme instanceof SecurityScheme)) throw new TypeError(`actingAs: the scheme is ${shown(scheme)}. Give the scheme object that is registered.`);
  const isVerified = settings.registered.get(scheme);
  if (isVerified === undefined) throw mistake('scheme-not-registered', `the scheme ${scheme.name} is not registered`, 'add this very object to AuthModule.forRoot({ schemes }).');
  if (!isVerified) {
    throw mistake('scheme-without-strategy', `${scheme.name} has no strategy: a dependency takes what is sent and checks it itself`, 'replace that dependency, or what the scheme takes, with overrideProvider(...).useValue({ resolve: () => ... }).');
  }
  const missing = scopes.find((scope) => scheme.scopes !== null && !Object.hasOwn(scheme.scopes, scope));
  if (missing !== undefined) {
    throw mistake('unknown-scope', `the scope "${missing}" does not exist (${scheme.name} declares ${Object.keys(scheme.scopes ?? {}).join(', ') || 'none'})`, 'correct the name, or add it where the scheme is made.');
  }
  return { user, scopes, scheme, claims: Object.freeze({ ...claims }) };
}

function defaultScheme({ default: expression }: AuthSettings): SecurityScheme | null {
  return expression === null ? null : (schemesOf(expression)[0] ?? null);
}

function credentialsFor(scheme: SecurityScheme): Carried {
  const wire = wireOf(scheme.openapi);
  const sent = wire === null ? null : carried([[wire, wire.credentials(randomUUID())]]);
  if (sent === null) throw mistake('unusable-strategy', `the OpenAPI object of ${scheme.name} does not say where credentials travel`, 'replace its strategy with overrideProvider(...) for this test.');
  return Object.freeze({ headers: Object.freeze(sent.headers), query: Object.freeze(sent.query) });
}

/** A request as the scheme will see it. */
function requestWith({ headers, query }: Carried): SchemeRequest {
  return { method: 'GET', url: `/?${new URLSearchParams(query).toString()}`, headers };
}

function mistake(code: FindingCode, problem: string, mend: string): AuthConfigurationError {
  return new AuthConfigurationError([{ code, where: 'actingAs', problem, mend }]);
}
