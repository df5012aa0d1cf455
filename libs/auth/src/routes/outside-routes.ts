import { PATH_METADATA } from '@nestjs/common/constants.js';
import type { HttpAdapterHost } from '@nestjs/core';
import type { RequirementSource } from './route-table.js';
import type { Requirement } from '../scopes/requirement.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';
import { observeCalls, ROUTE_METHODS } from './adapter-calls.js';
import type { Adapter, Around } from './adapter-calls.js';
import { methodsOf } from './served-route.js';
import type { ServedRoute } from './served-route.js';
import { expressRoutes } from './express-routes.js';

/** What is required of a route that no controller has. */
export interface Protection {
  /** Empty where everybody may call it, which somebody has said. */
  readonly requirement: Requirement;
  readonly required: SecurityScopes;
  readonly source: RequirementSource;
}

/** A route beside those of controllers, which no guard sees; `protection` where its handler asks for credentials itself. */
export interface OutsideRoute {
  readonly method: string;
  readonly path: string;
  readonly protection: Protection | null;
}

/** What is read of Fastify. */
interface Fastify {
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string; handler: unknown }) => void): unknown;
}

/**
 * The routes that bypass guards: those on the HTTP adapter that no controller has, and what is mounted at a path.
 *
 * Express is asked for its routes when they are listed. Fastify tells of each one when it is registered, so those from
 * before the application was made are not known. Of a mount neither tells the path, so the adapter's `use` is observed.
 */
export class OutsideRoutes {
  readonly #announced: OutsideRoute[] = [];
  readonly #mounts: ServedRoute[] = [];
  readonly #told: ServedRoute[] = [];
  /** What Nest itself registers beside controllers: middleware of modules, and what answers where there is no route. */
  readonly #ofNest = new WeakSet();
  readonly #protections = new WeakMap<object, Protection>();
  #served: () => readonly ServedRoute[] = () => this.#told;
  #isNestMounting = false;
  #registering: unknown = null;

  constructor(host: HttpAdapterHost) {
    // In a testing module the adapter comes later than the providers; without HTTP there is none.
    if ((host.httpAdapter as unknown) !== undefined) this.#observe(host);
    else host.init$.subscribe(() => { this.#observe(host); });
  }

  /** Makes it known that a handler asks for credentials. */
  protect(handler: object, protection: Protection): void {
    this.#protections.set(handler, protection);
  }

  /** Makes a route known that `app.init()` will register. */
  announce(route: OutsideRoute): void {
    this.#announced.push(route);
  }

  /** The routes beside those of controllers, in the order of the server, then the mounts. */
  list(): readonly OutsideRoute[] {
    const routes = [...this.#served(), ...this.#mounts].filter(({ handlers }) => !handlers.some((handler) => this.#isOfNest(handler)));
    const found = routes.map(({ method, path, handlers }) => ({ method, path, protection: this.#protections.get(handlers[0] as object) ?? null }));
    const isFound = ({ protection }: OutsideRoute): boolean => found.some((route) => route.protection === protection);
    return [...found, ...this.#announced.filter((route) => !isFound(route))];
  }

  #observe({ httpAdapter }: HttpAdapterHost): void {
    const adapter = httpAdapter as unknown as Adapter;
    const type = httpAdapter.getType();
    observeCalls(adapter, 'use', this.#noteMount);
    for (const name of ['setNotFoundHandler', 'setErrorHandler']) observeCalls(adapter, name, this.#noteNestMounting);
    if (type === 'express') {
      observeCalls(adapter, 'createMiddlewareFactory', this.#noteNestMiddleware);
      this.#served = () => expressRoutes(httpAdapter.getInstance());
    }
    if (type === 'fastify') this.#listenTo(httpAdapter.getInstance(), adapter);
  }

  /** The handler that Fastify tells of may be one that Nest's adapter put around the one that it got. */
  #listenTo(fastify: Fastify, adapter: Adapter): void {
    for (const name of ROUTE_METHODS) observeCalls(adapter, name, this.#noteHandler);
    fastify.addHook('onRoute', ({ method, url, handler }) => {
      const handlers = [this.#registering ?? handler];
      const isOfGet = method === 'HEAD' && this.#told.some((route) => route.method === 'GET' && route.path === url && route.handlers[0] === handlers[0]);
      // @fastify/cors answers preflight requests with it, as the middleware of Express does without a route.
      const isOfCors = method === 'OPTIONS' && url === '*';
      if (!isOfGet && !isOfCors) this.#told.push(...methodsOf([method].flat()).map((each) => ({ method: each, path: url, handlers })));
    });
  }

  #noteHandler: Around = (call, args) => {
    this.#registering = args.at(-1);
    try {
      return call();
    } finally {
      this.#registering = null;
    }
  };

  #noteMount: Around = (call, [path, ...handlers]) => {
    const paths = [path].flat(Infinity).filter((each) => (typeof each === 'string' && each !== '/' && each !== '') || each instanceof RegExp);
    if (!this.#isNestMounting) this.#mounts.push(...paths.map((each) => ({ method: 'ALL', path: pathText(each), handlers })));
    return call();
  };

  #noteNestMounting: Around = (call, [handler]) => {
    if (typeof handler === 'function') this.#ofNest.add(handler);
    this.#isNestMounting = true;
    try {
      return call();
    } finally {
      this.#isNestMounting = false;
    }
  };

  #noteNestMiddleware: Around = (call) => {
    const mount = call() as (path: string, handler: object) => unknown;
    return (path: string, handler: object) => {
      this.#ofNest.add(handler);
      return mount(path, handler);
    };
  };

  /** Nest copies the metadata of a controller's method to the function that it registers for it. */
  #isOfNest(handler: unknown): boolean {
    return typeof handler === 'function' && (this.#ofNest.has(handler) || Reflect.hasMetadata(PATH_METADATA, handler));
  }
}

function pathText(path: unknown): string {
  return typeof path !== 'string' || path.startsWith('/') ? String(path) : `/${path}`;
}
