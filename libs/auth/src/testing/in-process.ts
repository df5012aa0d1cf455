import type { INestApplication } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Agent, createServer, request as send } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { Probe, ProbeOf } from './probe.js';

/** What a probe asks for. */
interface Question {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What came back; `null` where nothing did in time. */
export type Answer = { readonly status: number; readonly challenges: readonly string[] } | null;

/** A way to ask an application. */
export interface Line {
  readonly probeOf: ProbeOf;
  ask(question: Question, probe: Probe): Promise<Answer>;
  close(): void;
}

/** Tells our server which probe a request is; random each time, so that nobody else on the machine can send one. */
const MARK = 'x-nestjs-scopes-probe';
const TIMEOUT_MS = 10_000;

/**
 * Opens a server of our own on a free port of 127.0.0.1 that hands each request to the application's: real HTTP, whether
 * the application listens or not, and over TLS or not. The application's own server is neither opened nor closed.
 */
export async function inProcess(app: INestApplication): Promise<Line> {
  await app.init();
  // Fastify's plugins are there once it is ready; Express has no such method.
  const framework = app.getHttpAdapter().getInstance() as { ready?: () => PromiseLike<unknown> };
  await framework.ready?.();
  const own = app.getHttpServer() as Server;
  const awaited = new Map<string, Probe>();
  const probes = new WeakMap<object, Probe>();
  const server = createServer((request, response) => {
    const probe = awaited.get(String(request.headers[MARK]));
    if (probe === undefined) {
      request.destroy();
      return;
    }
    probes.set(request, probe);
    own.emit('request', request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    // Fastify has Node's request under `raw`.
    probeOf: (request) => probes.get(request) ?? probes.get((request as { raw?: object }).raw ?? request),
    ask: async ({ method, target, headers }, probe) => {
      const mark = randomUUID();
      awaited.set(mark, probe);
      try {
        return await exchange({ host: '127.0.0.1', port, agent, method, path: target, headers: { ...headers, [MARK]: mark } });
      } finally {
        awaited.delete(mark);
      }
    },
    close: () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

function exchange(options: { host: string; port: number; agent: Agent; method: string; path: string; headers: OutgoingHttpHeaders }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const failed = (error: Error): void => {
      if (signal.aborted) resolve(null);
      else reject(error);
    };
    const sent = send({ ...options, signal }, (response: IncomingMessage) => {
      response.on('error', failed).on('end', () => {
        resolve({ status: response.statusCode ?? 0, challenges: response.headersDistinct['www-authenticate'] ?? [] });
      });
      response.resume();
    });
    sent.on('error', failed).end();
  });
}
