import { Agent, request } from 'node:http';

/** What a refused caller is told. */
export interface Answer {
  readonly status: number;
  readonly challenges: readonly string[];
}

/** Sends requests over a few connections, which stay open. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(private readonly port: number) {}

  /** @param headers - lines in order, repetitions kept */
  send(method: string, path: string, headers: readonly string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: this.port, method, path, agent: this.#agent, headers: ['Host', 'localhost', 'Content-Length', '0', ...headers] }, (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, challenges: response.headersDistinct['www-authenticate'] ?? [] });
        });
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server may end an idle connection at the moment when it is used again: nothing was asked then.
        if (sent.reusedSocket && error.code === 'ECONNRESET') this.send(method, path, headers).then(resolve, reject);
        else reject(error);
      });
      sent.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
