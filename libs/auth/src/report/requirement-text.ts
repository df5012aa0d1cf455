import type { RouteDescription } from '../routes/describe.js';
import type { RequirementSource } from '../routes/route-table.js';

/** Who may call, for people: `oauth2(items, me) or apiKey or anybody`. `classes` are dependencies whose code decides as well. */
export function requirementText(access: RouteDescription['access'], security: RouteDescription['security'], classes: readonly string[]): string {
  if (access === 'denied') return 'nobody';
  const alternatives = access === 'protected' ? alternativeTexts(security) : ['anybody'];
  if (alternatives.length === 0) return 'nobody';
  if (classes.length === 0) return alternatives.join(' or ');
  const code = calls(classes).join(' and ');
  if (alternatives.length === 1 && alternatives[0] === 'anybody') return `whom ${code} lets in`;
  return alternatives.length === 1 ? `${alternatives.join('')} and ${code}` : `(${alternatives.join(' or ')}) and ${code}`;
}

/** `SessionUser.resolve()`, with the scopes that it is asked for: `SessionUser`, `SessionUser: admin` are `SessionUser.resolve(admin)`. */
function calls(classes: readonly string[]): readonly string[] {
  const names = classes.filter((name) => !name.includes(': '));
  return names.map((name) => `${name}.resolve(${classes.filter((other) => other.startsWith(`${name}: `)).map((other) => other.slice(name.length + 2)).join(', ')})`);
}

/** Each alternative: `oauth2(items, me) and apiKey`. */
export function alternativeTexts(security: RouteDescription['security']): readonly string[] {
  return security.map((way) => {
    const terms = Object.entries(way).map(([scheme, scopes]) => (scopes.length === 0 ? scheme : `${scheme}(${scopes.join(', ')})`));
    if (terms.length === 0) return 'anybody';
    return terms.length > 1 && security.length > 1 ? `(${terms.join(' and ')})` : terms.join(' and ');
  });
}

export const NO_CONTROLLER = 'no controller';

/** `UsersController.read`; what answers a route that no controller has is not known by name. */
export function handlerText({ controller, handler }: Pick<RouteDescription, 'controller' | 'handler'>): string {
  return controller === null ? NO_CONTROLLER : `${controller}.${String(handler)}`;
}

/** What is written at a place: `@Security(CurrentUser, items)`, `ScopesGuard.with(items)`. */
export function declarationText({ decorator, scheme, dependency, scopes }: Pick<RequirementSource, 'decorator' | 'scheme' | 'dependency' | 'scopes'>): string {
  const named = [scheme ?? dependency, ...scopes].filter((part) => part !== undefined);
  // The name of a guard that was made for scopes holds them.
  return named.length === 0 || decorator.endsWith(')') ? decorator : `${decorator}(${named.join(', ')})`;
}
