import type { INestApplication } from '@nestjs/common';
import { TreeBuilder } from '../dependencies/tree.js';
import { AuthConfigurationError } from '../errors.js';
import type { Finding } from '../errors.js';
import { requirementFindings } from '../routes/audit-requirement.js';
import { sourceOf } from '../routes/describe.js';
import { OutsideRoutes } from '../routes/outside-routes.js';
import type { Protection } from '../routes/outside-routes.js';
import { partOf } from '../routes/part-of.js';
import type { DeclaredPart } from '../routes/route-table.js';
import { compositionOf } from '../routes/tree-requirement.js';
import { declarationOf } from '../scopes/declarations.js';
import type { Declaration } from '../scopes/declarations.js';
import { anonymous } from '../scopes/expression.js';
import type { SecurityExpression } from '../scopes/expression.js';
import { SecurityScopes } from '../scopes/security-scopes.js';
import type { Decider } from './decider.js';
import type { Gate } from './gate.js';
import { guardingApplication, notGuardable, PROTECT_DOCS } from './guarding-application.js';
import type { RouteHandler } from './guarding-application.js';
import { GATE } from './scopes.guard.js';

/** Options of {@link protectDocs}. */
export interface ProtectDocsOptions {
  /** The scopes that the credentials must carry. @defaultValue `[]`: any caller who is identified */
  readonly scopes?: readonly string[];
}

/**
 * Guards Swagger's routes, or any others that no controller has: returns the application for those who register them, and
 * every route that they register through it asks for credentials first. Register other routes with the application itself.
 *
 * A refused caller is answered as by {@link ScopesGuard}; `request.user` and `request.auth` are the caller. All answers are
 * `Cache-Control: no-store`, as they depend on who asks. A browser can send Basic, Digest and cookies by itself; a page
 * behind a bearer token cannot be opened in one.
 *
 * It does NOT guard static files, which Swagger serves with the style and code of its page (the same for every application;
 * `customSwaggerUiPath` for yours), nor what is done to the server itself (`getInstance()`). `use` and `register` are an
 * error. `scopes` and `dependencies` of `forRoot` do not count here.
 *
 * @param app - the application, with `AuthModule` imported
 * @param what - a registered scheme with a strategy, or `anyOf(...)` of several. `anonymous`: everybody may read it, which is
 * said here and listed as `public`, in the place of a warning at start
 * @param options - `scopes`
 * @returns the application, whose `getHttpAdapter()` guards what is registered
 * @throws {@link AuthConfigurationError} for a scheme that is not registered, has no strategy or may be absent
 * (`autoError: false`), and for a scope that it does not declare
 * @example
 * SwaggerModule.setup('docs', protectDocs(app, basic, { scopes: ['docs'] }), document);
 */
export function protectDocs<App extends INestApplication>(app: App, what: SecurityExpression | typeof anonymous, options: ProtectDocsOptions = {}): App {
  const gate = partOf<Gate>(app, GATE);
  const protection = what === anonymous ? forAll(options) : protectionBy(declarationOf(PROTECT_DOCS, what as SecurityExpression, options), gate, partOf<TreeBuilder>(app, TreeBuilder));
  const routes = partOf<OutsideRoutes>(app, OutsideRoutes);
  const guard = (handler: RouteHandler): RouteHandler => {
    const guarded = protection === FOR_ALL ? unguarded(handler) : guardedBy(gate.decider, protection, handler);
    routes.protect(guarded, protection);
    return guarded;
  };
  return guardingApplication(app, guard);
}

/** Said on purpose, so that nobody has to ask whether it was forgotten. */
const FOR_ALL: Protection = Object.freeze({
  requirement: Object.freeze([]),
  required: new SecurityScopes(),
  source: Object.freeze({ level: 'app', declaredBy: PROTECT_DOCS, decorator: PROTECT_DOCS, scheme: anonymous.name, scopes: Object.freeze([]) } as const),
});

function forAll({ scopes = [] }: ProtectDocsOptions): Protection {
  if (scopes.length > 0) throw new TypeError(`${PROTECT_DOCS}: anonymous callers have no scopes. Name a scheme that carries them.`);
  return FOR_ALL;
}

function protectionBy(declaration: Declaration, { settings }: Gate, trees: TreeBuilder): Protection {
  const { expression, scopes } = declaration;
  if (expression === null) throw notGuardable('is given a dependency', 'give a scheme that is registered with a strategy.');
  const part: DeclaredPart = { declaration, level: 'app', declaredBy: PROTECT_DOCS };
  const parts = [part];
  const composition = compositionOf(parts, trees, settings);
  const findings = requirementFindings(PROTECT_DOCS, { parts, isPublic: false, conflict: null }, composition, trees, settings);
  if (findings.length > 0) throw new AuthConfigurationError(findings.map(withoutTaker));
  const { requirement } = composition;
  if (requirement.some(({ terms }) => terms.length === 0)) {
    throw notGuardable(`is given ${expression.name}, whose credentials may be absent: everybody would be let in`, 'give a scheme without autoError: false and without anonymous, or ask for scopes.');
  }
  return Object.freeze({ requirement, required: new SecurityScopes(scopes), source: sourceOf(part) });
}

/** No parameter can take the credentials here. */
function withoutTaker(finding: Finding): Finding {
  return finding.code === 'scheme-without-strategy' ? { ...finding, mend: 'register it with one: { scheme, strategy: YourStrategy }.' } : finding;
}

/** A function of its own: the same handler may be registered elsewhere. */
function unguarded(handler: RouteHandler): RouteHandler {
  return function (...args) {
    return Reflect.apply(handler, this, args);
  };
}

function guardedBy(decider: Decider, { requirement, required }: Protection, handler: RouteHandler): RouteHandler {
  return async function (request, response, ...rest) {
    response.header('Cache-Control', 'no-store');
    const decision = await decider.decide(requirement, required, request);
    if (decision.kind !== 'allow') throw decider.refused(decision, required, PROTECT_DOCS, response);
    request.user = decision.principal.user;
    request.auth = decision.principal;
    // Fastify waits for a reply that is returned, as it does for a handler that returns nothing at once. Express ignores it.
    const result = Reflect.apply(handler, this, [request, response, ...rest] as never);
    return result === undefined ? response : result;
  };
}
