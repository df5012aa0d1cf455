import { AuthConfigurationError } from './errors.js';
import type { DependencyClass } from './dependencies/dependency.js';
import type { Finding } from './errors.js';
import { checkedRealm } from './schemes/challenge.js';
import { protectedResource } from './schemes/resource-identifier.js';
import type { ProtectedResource } from './schemes/resource-identifier.js';
import { isBearer, requireKnown, SecurityScheme, shown } from './schemes/scheme.js';
import type { RegisteredSchemes } from './scopes/composition.js';
import { declarationOf } from './scopes/declarations.js';
import type { Declaration } from './scopes/declarations.js';
import { isExpression, schemesOf } from './scopes/expression.js';
import type { SecurityExpression } from './scopes/expression.js';
import { checkedScopes } from './scopes/scope-text.js';
import type { SchemeRegistration } from './strategies/strategy-registry.js';

/** Options of `AuthModule.forRoot`. */
export interface AuthModuleOptions {
  /** The schemes of the application, each with the strategy that verifies its credentials. */
  readonly schemes: readonly SchemeRegistration[];
  /** What a route requires that only says `@Scopes`: a scheme, or several with `anyOf` and `allOf`. @defaultValue the first scheme */
  readonly default?: SecurityExpression;
  /** Scopes that every route requires, unless it is `@Public()`. @defaultValue none, and routes that say nothing stay open */
  readonly scopes?: readonly string[];
  /**
   * What is resolved for every route before anything else, in order, unless it is `@Public()`: dependency classes and
   * schemes, each also as `{ dependency, scopes, useCache }`. Nobody gets their values; what they throw is the answer.
   * @defaultValue `[]`
   * @see FastAPI `FastAPI(dependencies=[...])`
   */
  readonly dependencies?: readonly (SecurityExpression | DependencyClass | DependencyOptions)[];
  /**
   * `true`: deny by default. A route that neither requires anything nor is `@Public()` does not start, nor does a gateway,
   * message handler or resolver that is not `@Public()`; the log tells the routes that guards do not see.
   * @defaultValue false
   */
  readonly global?: boolean;
  /**
   * When identity providers are asked for keys and metadata first: before the application listens, or with the first request
   * that needs them. At start one that does not answer holds up the start for ten seconds at most, and is asked again by the
   * requests, which get 503 meanwhile; one that contradicts the options of its strategy stops the application.
   * @defaultValue `'start'`
   */
  readonly discovery?: 'start' | 'first-use';
  /** Names the protected space in challenges. @defaultValue `'api'` @see RFC 9110 §11.5 */
  readonly realm?: string;
  /**
   * The URL that clients know this API by, `https://api.example.com`: it then describes itself at
   * `/.well-known/oauth-protected-resource` (a path of the URL follows), with the issuers that strategies of Bearer schemes
   * tell and the scopes that routes require of these schemes, and Bearer challenges name the place in `resource_metadata`.
   * https without query and fragment; http for localhost, 127.0.0.1 and [::1]. Everybody may read the description, from any
   * origin. It does NOT make strategies check that tokens are for this URL: give it as their `audience`.
   * @defaultValue none, and nothing is described
   * @see RFC 9728
   */
  readonly resource?: string;
  /** `'error'`: what the check at start finds stops the application. `'warn'`: it is logged, and such routes deny; only scopes that nothing in a tree reads are enforced by nobody. @defaultValue `'error'` */
  readonly audit?: 'error' | 'warn';
}

/** A dependency of the whole application. */
export interface DependencyOptions {
  readonly dependency: SecurityExpression | DependencyClass;
  /** The scopes that it, and everything below it, is asked for. @defaultValue `[]` */
  readonly scopes?: readonly string[];
  /** `false`: resolve it anew where the request has the value already. @defaultValue true */
  readonly useCache?: boolean;
}

/** The options, checked and complete. */
export interface AuthSettings {
  readonly schemes: readonly SchemeRegistration[];
  readonly default: SecurityExpression | null;
  readonly scopes: readonly string[] | null;
  /** What `dependencies` declares. */
  readonly dependencies: readonly Declaration[];
  readonly global: boolean;
  readonly discovery: 'start' | 'first-use';
  readonly realm: string;
  readonly resource: ProtectedResource | null;
  readonly audit: 'error' | 'warn';
  readonly registered: RegisteredSchemes;
}

/** The injection token of {@link AuthSettings}. */
export const SETTINGS = Symbol.for('nestjs-scopes:settings');

const WHERE = 'AuthModule.forRoot';

/** Checks the options and fills in the defaults; what is wrong with the schemes is in one error. */
export function authSettings(options: AuthModuleOptions): AuthSettings {
  requireKnown(WHERE, options, ['schemes', 'default', 'scopes', 'dependencies', 'global', 'discovery', 'realm', 'resource', 'audit', 'imports', 'providers']);
  const { schemes, scopes, global = false, discovery = 'start', realm = 'api', audit = 'error' } = options;
  const findings = [...schemeFindings(schemes), ...defaultFindings(options), ...resourceFindings(options)];
  if (!['error', 'warn'].includes(audit)) {
    findings.push({ code: 'invalid-option', where: WHERE, problem: 'audit is unknown', mend: "give 'error' or 'warn'." });
  }
  if (!['start', 'first-use'].includes(discovery)) {
    findings.push({ code: 'invalid-option', where: WHERE, problem: 'discovery is unknown', mend: "give 'start' or 'first-use'." });
  }
  if (typeof global !== 'boolean') findings.push({ code: 'invalid-option', where: WHERE, problem: `global is ${shown(global)}`, mend: 'give true or false.' });
  if (!Array.isArray(options.dependencies ?? [])) findings.push({ code: 'invalid-option', where: WHERE, problem: 'dependencies is not a list', mend: 'give dependencies: [CurrentUser].' });
  if (findings.length > 0) throw new AuthConfigurationError(findings);
  return Object.freeze({
    schemes: Object.freeze(schemes.map((registration) => Object.freeze({ ...registration }))),
    default: options.default ?? schemes[0]?.scheme ?? null,
    scopes: scopes === undefined ? null : checkedScopes(`${WHERE} scopes`, scopes),
    dependencies: Object.freeze((options.dependencies ?? []).map(appDependency)),
    global,
    discovery,
    realm: checkedRealm(WHERE, realm),
    resource: options.resource === undefined ? null : protectedResource(WHERE, options.resource),
    audit,
    registered: new Map(schemes.map(({ scheme, strategy }) => [scheme, strategy !== undefined])),
  });
}

function appDependency(entry: SecurityExpression | DependencyClass | DependencyOptions): Declaration {
  const isBare = typeof entry !== 'object' || isExpression(entry) || !('dependency' in entry);
  const { dependency, ...options } = isBare ? { dependency: entry } : entry;
  return { ...declarationOf('dependencies', dependency, options), isForAll: true };
}

function schemeFindings(schemes: unknown): Finding[] {
  if (!Array.isArray(schemes)) {
    return [{ code: 'invalid-option', where: WHERE, problem: 'schemes is not a list', mend: 'give schemes: [{ scheme: oauth2, strategy: UserStrategy }].' }];
  }
  const registrations = schemes as readonly Partial<SchemeRegistration>[];
  return registrations.flatMap((registration, index): Finding[] => {
    const where = `${WHERE} schemes[${String(index)}]`;
    const unknown = Object.keys(registration).find((name) => name !== 'scheme' && name !== 'strategy');
    if (unknown !== undefined) return [{ code: 'invalid-option', where, problem: `${unknown} is not an option`, mend: 'give scheme and strategy.' }];
    const { scheme, strategy } = registration;
    if (!(scheme instanceof SecurityScheme)) {
      return [{ code: 'invalid-option', where, problem: 'scheme is not a scheme', mend: 'give an instance: new OAuth2PasswordBearer({ ... }).' }];
    }
    if ('strategy' in registration && typeof strategy !== 'function') {
      const mend = 'give the class itself, not an instance of it; for a scheme without a strategy leave it out. Undefined may come from a circle of imports.';
      return [{ code: 'invalid-option', where, problem: `strategy is ${shown(strategy)}, not a class`, mend }];
    }
    const isTaken = registrations.slice(0, index).some((earlier) => earlier.scheme?.name === scheme.name);
    if (!isTaken) return [];
    return [{ code: 'duplicate-scheme-name', where, problem: `a second scheme is called ${scheme.name}`, mend: 'give one of the two another schemeName.' }];
  });
}

function defaultFindings({ default: fallback, schemes }: AuthModuleOptions): Finding[] {
  if (fallback === undefined || !Array.isArray(schemes)) return [];
  if (!isExpression(fallback)) return [{ code: 'invalid-option', where: `${WHERE} default`, problem: `default is ${shown(fallback)}`, mend: 'give one of the schemes, or anyOf(...) of several.' }];
  const missing = schemesOf(fallback).filter((wanted) => schemes.every(({ scheme }) => scheme !== wanted));
  return missing.map(({ name }) => ({ code: 'scheme-not-registered', where: `${WHERE} default`, problem: `${name} of the default is not among the schemes`, mend: 'add it to schemes.' }));
}

/** Without a Bearer scheme there is nothing that an authorization server could give a client. */
function resourceFindings({ resource, schemes }: AuthModuleOptions): Finding[] {
  if (resource === undefined || !Array.isArray(schemes) || schemes.some(({ scheme }) => scheme instanceof SecurityScheme && isBearer(scheme))) return [];
  return [{ code: 'invalid-option', where: WHERE, problem: 'resource is given, and no scheme takes bearer tokens', mend: 'add one to schemes, OpenIdConnect or an OAuth2 scheme, or leave resource out.' }];
}
