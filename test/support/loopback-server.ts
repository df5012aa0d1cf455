import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server was asked. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `token` of the form in the body. */
  readonly token: string | null;
}

/** Servers that a failed test has left open would keep the run from ending. */
const open = new Set<LoopbackServer>();
afterAll(() => Promise.all([...open].map((server) => server.goDown())));

/** A part of an identity provider, on loopback, that goes down and comes back at the same port. */
export abstract class LoopbackServer {
  readonly requests: ReceivedRequest[] = [];
  #server: Server = createServer();
  #port = 0;

  get port(): number {
    return this.#port;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Ends every connection, and refuses others from now on. */
  async goDown(): Promise<void> {
    open.delete(this);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Listens, again where it was. */
  async comeBack(): Promise<void> {
    this.#server = createServer((message, response) => {
      const answer = (request: ReceivedRequest): void | Promise<void> => {
        this.requests.push(request);
        return this.respond(request, response);
      };
      // Who has gone before the end of what they ask gets no answer.
      void received(message).then(answer, () => undefined);
    });
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    open.add(this);
  }

  protected abstract respond(request: ReceivedRequest, response: ServerResponse): void | Promise<void>;
}

async function received(message: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  return { method: message.method ?? '', path: message.url ?? '', headers: message.headers, body, token: new URLSearchParams(body).get('token') };
}
