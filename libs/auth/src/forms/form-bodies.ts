import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { MULTIPART } from './media-type.js';
import type { EventEmitter } from 'node:events';
import { recordFormBodies } from './recorded-body.js';

/** What is used of Fastify: its parsers, and the route's own configuration, which Nest takes from the handler's metadata. */
interface FastifyParsers {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(type: string, parser: FastifyParser): void;
}
type FastifyParser = (request: FastifyRoute, payload: unknown, done: (error: Error | null) => void) => void;
interface FastifyRoute {
  readonly routeOptions: { readonly config: Readonly<Record<string, unknown>> };
}
const ROUTE_CONFIG = '__fastify_route_config__';
const TAKES_FORM = 'nestjs-scopes:takes-form';

/** Tells Fastify which routes take a form; before the routes are made, and after all decorators. */
export function markFormRoute(handler: object): void {
  const config = (Reflect.getMetadata(ROUTE_CONFIG, handler) ?? {}) as object;
  Reflect.defineMetadata(ROUTE_CONFIG, { ...config, [TAKES_FORM]: true }, handler);
}

/** Prepares the server for handlers that take a form, where there is one. */
export function prepareFormBodies(adapter: AbstractHttpAdapter | undefined): void {
  const server = adapter?.getHttpServer() as EventEmitter | undefined;
  if (server !== undefined) recordFormBodies(server);
  if (adapter?.getType() !== 'fastify') return;
  const fastify = adapter.getInstance<FastifyParsers>();
  // `*` stands for every type without a parser, and for none at all.
  for (const type of [MULTIPART, '*']) {
    if (!fastify.hasContentTypeParser(type)) fastify.addContentTypeParser(type, leaveUnread);
  }
}

/** Fastify refuses media types that it has no parser for, before anybody could say what a form is; elsewhere it goes on doing so. */
function leaveUnread({ routeOptions }: FastifyRoute, _payload: unknown, done: (error: Error | null) => void): void {
  const takesForm = routeOptions.config[TAKES_FORM] === true;
  done(takesForm ? null : new UnsupportedMediaTypeException());
}
