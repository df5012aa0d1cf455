import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked of the introspection endpoint. */
interface IntrospectionRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `token` of the form. */
  readonly token: string | null;
}

/** A body that is no text is sent as JSON. `hangs`: no answer at all; `resets`: the end of the connection in place of one. */
export interface IntrospectionReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly hangs?: boolean;
  readonly resets?: boolean;
}

/** The introspection endpoint of a provider, on loopback, which answers as the test says. */
export interface IntrospectionServer {
  readonly origin: string;
  readonly url: string;
  readonly requests: IntrospectionRequest[];
  /** May be replaced at any time; it may wait. */
  reply: (request: IntrospectionRequest) => IntrospectionReply | Promise<IntrospectionReply>;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
  /** Listens again where it was. */
  reopen(): Promise<void>;
}

/** Servers that a failed test has left open would keep the run from ending. */
const open = new Set<Server>();
afterAll(() => {
  for (const server of open) server.close().closeAllConnections();
});

/** Starts one; until the test says otherwise, every token is inactive. */
export async function startIntrospectionServer(): Promise<IntrospectionServer> {
  const requests: IntrospectionRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const request = { method: message.method ?? '', path: message.url ?? '', headers: message.headers, body, token: new URLSearchParams(body).get('token') };
      requests.push(request);
      void Promise.resolve(running.reply(request)).then((reply) => { answer(response, reply); });
    });
  });
  open.add(server);
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${String(port)}`;
  const running: IntrospectionServer = {
    origin,
    url: `${origin}/introspect`,
    requests,
    reply: () => ({ body: { active: false } }),
    close: () => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }),
    reopen: () => listen(server, port),
  };
  return running;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
}

function answer(response: ServerResponse, { status = 200, headers = {}, body, hangs = false, resets = false }: IntrospectionReply): void {
  if (resets) response.destroy();
  if (hangs || resets) return;
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}
