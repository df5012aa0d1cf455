import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { MULTIPART } from './media-type.js';
import { recordFormBody } from './recorded-body.js';

/** What is used of Fastify: its parsers, a hook, and the route's own configuration, which Nest takes from the handler's metadata. */
interface Fastify {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(type: string, parser: FastifyParser): void;
  addHook(name: 'onRequest', hook: (request: { readonly raw: IncomingMessage }, reply: unknown, done: () => void) => void): void;
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

/** Prepares the server for handlers that take a form, where there is one; after the application's own parsers. */
export function prepareFormBodies(adapter: AbstractHttpAdapter | undefined): void {
  if (adapter?.getType() === 'fastify') prepareFastify(adapter.getInstance<Fastify>());
  else (adapter?.getHttpServer() as EventEmitter | undefined)?.prependListener('request', recordFormBody);
}

function prepareFastify(fastify: Fastify): void {
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    recordFormBody(raw);
    done();
  });
  if (!fastify.hasContentTypeParser(MULTIPART)) fastify.addContentTypeParser(MULTIPART, leaveUnread);
  // `*` stands for every type without a parser, and for none at all; Fastify finds it under the empty name.
  if (!fastify.hasContentTypeParser('*') && !fastify.hasContentTypeParser('')) fastify.addContentTypeParser('*', leaveUnread);
}

/** Fastify refuses media types that it has no parser for, before anybody could say what a form is; elsewhere it goes on doing so. */
function leaveUnread({ routeOptions }: FastifyRoute, _payload: unknown, done: (error: Error | null) => void): void {
  const takesForm = routeOptions.config[TAKES_FORM] === true;
  done(takesForm ? null : new UnsupportedMediaTypeException());
}
