import type { ApplicationDeclaration, RouteDeclaration, RouterDeclaration, Use } from './declaration.js';

/** Routes with one path before them and one list of dependencies around them: a controller class in Nest. */
export interface ControllerDeclaration {
  readonly prefix: string;
  /** Outermost first: application, includes, routers. */
  readonly dependencies: readonly Use[];
  readonly routes: readonly RouteDeclaration[];
}

/** A route with everything that stands around it. */
export interface PlacedRoute {
  readonly path: string;
  readonly route: RouteDeclaration;
  /** What is required without a parameter, outermost first. */
  readonly listed: readonly Use[];
}

/**
 * The application's routes by controller. Includes are carried out in order, so a router brings what it holds at that
 * moment, and one that is included twice makes two controllers.
 */
export function controllersOf({ app, routes = [], routers = [], includes = [] }: ApplicationDeclaration): readonly ControllerDeclaration[] {
  const root: RouterDeclaration = { id: 'app', routes, dependencies: app?.dependencies ?? [] };
  const byId = new Map([root, ...routers].map((router) => [router.id, router]));
  const held = new Map([...byId].map(([id, router]) => [id, [ownController(router)]]));
  for (const { into = 'app', router, prefix = '', dependencies = [] } of includes) {
    const outer = byId.get(into);
    if (outer === undefined || !byId.has(router)) throw new Error(`An include names the router ${router} or ${into}, which is not declared.`);
    const brought = (held.get(router) ?? []).map((inner) => ({
      prefix: `${outer.prefix ?? ''}${prefix}${inner.prefix}`,
      dependencies: [...(outer.dependencies ?? []), ...dependencies, ...inner.dependencies],
      routes: inner.routes,
    }));
    held.set(into, [...(held.get(into) ?? []), ...brought]);
  }
  return (held.get('app') ?? []).filter((controller) => controller.routes.length > 0);
}

function ownController({ prefix = '', dependencies = [], routes = [] }: RouterDeclaration): ControllerDeclaration {
  return { prefix, dependencies, routes };
}

/** All routes, with their whole path. */
export function placedRoutes(declaration: ApplicationDeclaration): readonly PlacedRoute[] {
  return controllersOf(declaration).flatMap(({ prefix, dependencies, routes }) =>
    routes.map((route) => ({ path: `${prefix}${route.path}`, route, listed: [...dependencies, ...(route.dependencies ?? [])] })),
  );
}

/** The route that a request is for; a path that only matches without its last slash is another one. */
export function routeFor(declaration: ApplicationDeclaration, method: string, target: string): PlacedRoute | undefined {
  const path = target.split('?', 1)[0] ?? '';
  return placedRoutes(declaration).find((placed) => placed.route.method === method && pattern(placed.path).test(path));
}

function pattern(path: string): RegExp {
  const parts = path.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** What a route requires and takes, in FastAPI's order: application, routers, decorator, parameters. */
export function usesOf({ listed, route }: PlacedRoute): readonly Use[] {
  return [...listed, ...(route.params ?? [])];
}
