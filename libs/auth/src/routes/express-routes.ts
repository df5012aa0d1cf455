import { methodsOf } from './served-route.js';
import type { ServedRoute } from './served-route.js';

/** What is read of an Express application and its routers. */
interface Router {
  readonly stack?: readonly Layer[];
}
interface Layer {
  /** Without a path, which is the only one that a layer does not hide. */
  readonly slash?: boolean;
  readonly handle?: Router;
  readonly route?: { readonly path: unknown; readonly stack: readonly { readonly method?: string; readonly handle: unknown }[] };
}

/** The routes of an Express application: its own, and those of routers that are mounted without a path. */
export function expressRoutes({ router }: { readonly router?: Router }): readonly ServedRoute[] {
  return routesOf(router);
}

function routesOf(router: Router | undefined): readonly ServedRoute[] {
  return (router?.stack ?? []).flatMap(({ route, slash, handle }) => {
    if (route === undefined) return slash === true ? routesOf(handle) : [];
    const handlers = route.stack.map((layer) => layer.handle);
    const methods = methodsOf(route.stack.map(({ method }) => method));
    return [route.path].flat(Infinity).flatMap((path) => methods.map((method) => ({ method, path: String(path), handlers })));
  });
}
