import { placedRoutes, usesOf } from './controllers-of.js';
import type { PlacedRoute } from './controllers-of.js';
import type { ApplicationDeclaration, RouteDeclaration, SchemeDeclaration, Use } from './declaration.js';

/** A scheme under its name in the declaration, which is not its name in the document. */
export interface NamedScheme {
  readonly ref: string;
  readonly scheme: SchemeDeclaration;
}

/** The schemes that an application uses anywhere, also where only the document knows of it. */
export function usedSchemes(declaration: ApplicationDeclaration): readonly NamedScheme[] {
  const routes = placedRoutes(declaration);
  const documented = [...(declaration.webhooks ?? []), ...routes.flatMap(({ route }) => route.callbacks ?? [])];
  return schemesOf(declaration, [...routes.flatMap(usesOf), ...documented.flatMap(ownUses)]);
}

/** The schemes that only callbacks use. */
export function callbackSchemes(declaration: ApplicationDeclaration): readonly NamedScheme[] {
  const routes = placedRoutes(declaration);
  const elsewhere = schemesOf(declaration, [...routes.flatMap(usesOf), ...(declaration.webhooks ?? []).flatMap(ownUses)]).map(({ ref }) => ref);
  const inCallbacks = schemesOf(declaration, routes.flatMap(({ route }) => route.callbacks ?? []).flatMap(ownUses));
  return inCallbacks.filter(({ ref }) => !elsewhere.includes(ref));
}

/** The schemes of one route, in the order of their first use. */
export function schemesOfRoute(declaration: ApplicationDeclaration, placed: PlacedRoute): readonly NamedScheme[] {
  return schemesOf(declaration, usesOf(placed));
}

function ownUses({ dependencies = [], params = [] }: RouteDeclaration): readonly Use[] {
  return [...dependencies, ...params];
}

function schemesOf({ schemes = {} }: ApplicationDeclaration, uses: readonly Use[]): readonly NamedScheme[] {
  return [...new Set(uses.flatMap(({ ref }) => ref ?? []))].flatMap((ref) => {
    const scheme = schemes[ref];
    return scheme === undefined ? [] : [{ ref, scheme }];
  });
}

/** The name in `components.securitySchemes`. */
export function documentName({ args, subclass_name: subclass, class: type }: SchemeDeclaration): string {
  const given = args?.['scheme_name'];
  return typeof given === 'string' ? given : (subclass ?? type);
}
