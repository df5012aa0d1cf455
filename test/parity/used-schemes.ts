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
  // What overrides something may take schemes of its own.
  const replacing = Object.values(declaration.overrides ?? {}).map((ref): Use => ({ name: '_', kind: 'depends', ref }));
  return schemesOf(declaration, [...routes.flatMap(usesOf), ...documented.flatMap(ownUses), ...replacing]);
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

function schemesOf(declaration: ApplicationDeclaration, uses: readonly Use[]): readonly NamedScheme[] {
  const { schemes = {} } = declaration;
  return [...new Set(allUses(declaration, uses).flatMap(({ ref }) => ref ?? []))].flatMap((ref) => {
    const scheme = schemes[ref];
    return scheme === undefined ? [] : [{ ref, scheme }];
  });
}

/** Uses with all those below them, in the order of the tree; what overrides something is counted where `follow` says so. */
export function allUses(declaration: ApplicationDeclaration, uses: readonly Use[], follow: (ref: string) => readonly string[] = (ref) => [ref]): readonly Use[] {
  const { dependencies = {} } = declaration;
  return uses.flatMap((use) => {
    const below = use.ref === undefined ? [] : follow(use.ref).flatMap((ref) => dependencies[ref]?.params ?? []);
    return [use, ...allUses(declaration, below, follow)];
  });
}

/** Whether functions run for a route, or its handler takes scopes. */
export function usesFunctions({ dependencies = {} }: ApplicationDeclaration, placed: PlacedRoute): boolean {
  return usesOf(placed).some(({ ref = '', kind }) => kind === 'security_scopes' || Object.hasOwn(dependencies, ref));
}

/** Whether functions run, or calls are traced: it then matters what comes first. */
export function hasFunctions({ schemes = {}, dependencies = {} }: ApplicationDeclaration): boolean {
  return Object.keys(dependencies).length > 0 || Object.values(schemes).some(({ trace = false }) => trace);
}

/** The name in `components.securitySchemes`. */
export function documentName({ args, subclass_name: subclass, class: type }: SchemeDeclaration): string {
  const given = args?.['scheme_name'];
  return typeof given === 'string' ? given : (subclass ?? type);
}
