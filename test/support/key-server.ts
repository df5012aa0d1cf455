import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { LoopbackServer } from './loopback-server.js';
import type { ReceivedRequest } from './loopback-server.js';

const DOCUMENTS = {
  jwks: '/keys',
  openid: '/.well-known/openid-configuration',
  oauth: '/.well-known/oauth-authorization-server',
} as const;
type DocumentName = keyof typeof DOCUMENTS;
type Answer = (response: ServerResponse, text: string) => void;

const MEBIBYTE = Buffer.alloc(2 ** 20, ' ');

const JSON_CHUNKED = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
const CHUNK_OF_ONE_BYTE = `1;${'extension'.repeat(50)}\r\n \r\n`;

/** The ways in which a provider answers, the bad ones by their name. */
const ANSWERS = {
  well: (response, text) => json(response).end(text),
  'with 500': (response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('secret-of-the-server'),
  'with 404': (response) => response.writeHead(404).end(),
  'with 304': (response) => response.writeHead(304).end(),
  'with a redirect': (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  'never': () => undefined,
  'with a reset': (response) => response.socket?.resetAndDestroy(),
  'with half a document': (response, text) => json(response).writeHead(200, { 'content-length': text.length + 9 }).write(text, () => response.destroy()),
  'byte by byte': (response, text) => { drip(json(response), text); },
  'with 50 MiB': (response) => { pour(json(response), 50); },
  'with a length of 50 MiB': (response) => json(response).writeHead(200, { 'content-length': 50 * 2 ** 20 }).write('{'),
  'with HTML': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret-of-the-server'),
  'with HTML that says it is JSON': (response) => json(response).end('<html>secret-of-the-server'),
  'with JSON that says it is text': (response, text) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text),
  'with no content type': (response, text) => response.end(text),
  'with gzip': (response, text) => json(response).setHeader('content-encoding', 'gzip').end(gzipSync(text)),
  'with Latin-1': (response) => json(response).end(Buffer.from('{"keys":[],"name":"\u00e9"}', 'latin1')),
  'with nothing': (response) => json(response).end(),
  'with another protocol': (response) => response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello'),
  'with interim answers': (response) => { repeat(response.socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20)); },
  'with eight interim answers first': (response, text) => response.socket?.end(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(8)}HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${text}`),
  'with a piece for each byte': (response) => { repeat(response.socket, `${JSON_CHUNKED}${CHUNK_OF_ONE_BYTE.repeat(2000)}`, CHUNK_OF_ONE_BYTE.repeat(2000)); },
  'with no HTTP': (response) => response.socket?.end('secret-of-the-server\r\n\r\n'),
} satisfies Readonly<Record<string, Answer>>;
export type Manner = keyof typeof ANSWERS;

/** An identity provider on loopback that publishes keys and metadata, and misbehaves on demand. */
export class KeyServer extends LoopbackServer {
  /** How often each document was asked for. */
  readonly asked: Record<DocumentName | 'other', number> = { jwks: 0, openid: 0, oauth: 0, other: 0 };
  /** Is told of each request before it is answered. */
  onAsked: () => void = () => undefined;
  #manners: Record<DocumentName, Manner> = { jwks: 'well', openid: 'well', oauth: 'well' };
  #texts: Record<DocumentName, string> = { jwks: '{}', openid: '{}', oauth: '{}' };

  static async start(): Promise<KeyServer> {
    const server = new KeyServer();
    await server.comeBack();
    server.publish('openid', { issuer: server.issuer, jwks_uri: server.jwksUri });
    return server;
  }

  get issuer(): string {
    return this.origin;
  }

  get jwksUri(): string {
    return this.issuer + DOCUMENTS.jwks;
  }

  get fetches(): number {
    return Object.values(this.asked).reduce((sum, count) => sum + count);
  }

  publish(name: DocumentName, document: unknown): void {
    this.publishText(name, JSON.stringify(document));
  }

  /** What cannot be made by `JSON.stringify`. */
  publishText(name: DocumentName, text: string): void {
    this.#texts[name] = text;
  }

  answers(name: DocumentName, manner: Manner): void {
    this.#manners[name] = manner;
  }

  protected respond({ path }: ReceivedRequest, response: ServerResponse): void {
    const name = (Object.keys(DOCUMENTS) as DocumentName[]).find((known) => path.startsWith(DOCUMENTS[known]));
    this.asked[name ?? 'other'] += 1;
    this.onAsked();
    if (name === undefined) response.writeHead(404).end();
    else ANSWERS[this.#manners[name]](response, this.#texts[name]);
  }
}

function json(response: ServerResponse): ServerResponse {
  response.setHeader('content-type', 'application/json');
  return response;
}

function drip(response: ServerResponse, text: string): void {
  let sent = 0;
  const timer = setInterval(() => response.write(text.slice(sent, (sent += 1))), 20);
  response.on('close', () => { clearInterval(timer); });
}

/** Sends a text, and then the second one without end. */
function repeat(socket: Socket | null, first: string, next = first): void {
  if (socket?.destroyed === false) socket.write(first, () => { repeat(socket, next); });
}

function pour(response: ServerResponse, mebibytes: number): void {
  if (mebibytes === 0) response.end();
  else if (!response.destroyed) response.write(MEBIBYTE, () => { pour(response, mebibytes - 1); });
}
