import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpServer } from '../../apps/demo/src/http-server.js';
import type { Adapter } from '../../apps/demo/src/http-server.js';

export { httpServer as httpAdapter };
export type { Adapter };

/** Every end-to-end test runs on both: `describe.each(ADAPTERS)('... on %s', (adapter) => ...)`. */
export const ADAPTERS = ['express', 'fastify'] as const satisfies readonly Adapter[];

export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  /** In order, repetitions kept; each text is bytes in latin-1. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The `WWW-Authenticate` field lines. */
  readonly challenges: readonly string[];
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests assert what is in it
  readonly json: any;
}

/** A Nest application that listens on a free port. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly port: number;
  send(request: TestRequest): Promise<TestResponse>;
  /** GET with a bearer token, or without one. */
  get(path: string, token?: string): Promise<TestResponse>;
  close(): Promise<void>;
}

/** A test that fails before it closes its application would keep the run from ending. */
const open = new Set<INestApplication>();
afterAll(() => Promise.all([...open].map((app) => app.close())));

export type SetUp = (app: INestApplication) => void | Promise<void>;

/** Starts an application over real HTTP. `setUp` runs before `init()`. */
export async function start(module: Type | DynamicModule, adapter: Adapter, setUp: SetUp = () => undefined, onPort = 0): Promise<RunningApp> {
  const app = await NestFactory.create(module, httpServer(adapter), { logger: false, abortOnError: false });
  await setUp(app);
  return listening(app, onPort);
}

/** Lets an application listen, on a free port. */
export async function listening(app: INestApplication, onPort = 0): Promise<RunningApp> {
  open.add(app);
  await app.listen(onPort, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const send = (options: TestRequest): Promise<TestResponse> => exchange(port, options);
  return {
    app,
    port,
    send,
    get: (path, token) => send({ path, headers: token === undefined ? [] : [['Authorization', `Bearer ${token}`]] }),
    close: () => {
      open.delete(app);
      return app.close();
    },
  };
}

/** What starting an application fails with. An application that starts is closed, and the test fails. */
export async function startError(module: Type | DynamicModule, adapter: Adapter, setUp?: SetUp): Promise<Error> {
  let running: RunningApp;
  try {
    running = await start(module, adapter, setUp);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  await running.close();
  throw new Error('The application started, and it should not.');
}

function exchange(port: number, { method = 'GET', path, headers = [], body }: TestRequest): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    const lines = ['Host', 'localhost', 'Connection', 'close', ...headers.flat()];
    if (body !== undefined) lines.push('Content-Length', String(Buffer.byteLength(body)));
    const sent = request({ host: '127.0.0.1', port, method, path, headers: lines }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          challenges: response.headersDistinct['www-authenticate'] ?? [],
          text,
          json: parsed(text),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
