import type { ServerResponse } from 'node:http';
import { LoopbackServer } from './loopback-server.js';
import type { ReceivedRequest } from './loopback-server.js';

/** A body that is no text is sent as JSON. `hangs`: no answer at all; `resets`: the end of the connection in place of one. */
export interface IntrospectionReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly hangs?: boolean;
  readonly resets?: boolean;
}

/** The introspection endpoint of a provider, on loopback, which answers as the test says. */
export class IntrospectionServer extends LoopbackServer {
  /** May be replaced at any time; it may wait. Until the test says otherwise, every token is inactive. */
  reply: (request: ReceivedRequest) => IntrospectionReply | Promise<IntrospectionReply> = () => ({ body: { active: false } });

  static async start(): Promise<IntrospectionServer> {
    const server = new IntrospectionServer();
    await server.comeBack();
    return server;
  }

  get url(): string {
    return `${this.origin}/introspect`;
  }

  protected async respond(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    const { status = 200, headers = {}, body, hangs = false, resets = false } = await this.reply(request);
    if (resets) response.destroy();
    if (hangs || resets) return;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  }
}
