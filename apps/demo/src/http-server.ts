import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** The HTTP servers that the demo runs on. */
export type Adapter = 'express' | 'fastify';

/** A new HTTP server of a kind, on which a slash at the end of a path makes no difference. */
export function httpServer(adapter: Adapter): AbstractHttpAdapter {
  return adapter === 'fastify' ? new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } }) : new ExpressAdapter();
}
