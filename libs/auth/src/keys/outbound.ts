import { lookup as systemLookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { ProviderUnavailable, ProviderUnreachable } from '../errors.js';
import { addressProblem } from './provider-address.js';
import type { Network } from './provider-address.js';
import { locationOf, providerUrlProblem } from './provider-url.js';

// The one way out to identity providers. Not fetch(): it cannot see the address that it connects to, so that a name which
// resolves to the inside of a network would be followed there. No redirects, proxies, cookies, kept connections or retries.

export interface OutboundOptions {
  readonly network: Network;
  /** For everything from the name to the last byte; without any left nobody is asked. Seconds. */
  readonly timeout: number;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A larger answer is none. Bytes. @defaultValue 256 KiB */
  readonly maxSize?: number;
  /** How names are resolved. In tests it stands for the network; without it the system is asked. */
  readonly lookup?: LookupFunction;
}

/** What a provider has answered. The body is read of a 200 and, for its error code (RFC 6749 §5.2), of a 400; else `json` is undefined. `text` is that of a 200. */
export interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly text: string;
}

/** Bytes. */
const MAX_SIZE = 256 * 1024;
/** With headers, chunk sizes and whatever else arrives. */
const MAX_RECEIVED = 2 ** 20;
/** Answers before the one that counts (1xx). @see RFC 9110 §15.2: a client must be able to parse one or more. */
const MAX_INTERIM = 8;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Why an answer cannot be used, as the end of a sentence that starts with its URL. */
class Unusable extends Error {}
/** There was no connection, or no answer in time: it has nothing to do with what was asked. */
class Unreachable extends Unusable {}

/**
 * Asks an identity provider for JSON, once. Everything that goes wrong is a `ProviderUnavailable`, whose message has the
 * URL without its query and the reason, and nothing that was sent or received; a `ProviderUnreachable` where there was no
 * connection, or no answer in time.
 */
export async function providerJson(url: string, options: OutboundOptions): Promise<Answer> {
  const refused = providerUrlProblem('a URL of the identity provider', url, options.network);
  if (refused !== null) throw new ProviderUnavailable(`${refused.problem}: ${refused.mend}`);
  if (options.timeout <= 0) throw new ProviderUnreachable(`${locationOf(url)} is not asked: the time for it is over`);
  const controller = new AbortController();
  const stop = (reason: Unusable): void => { controller.abort(reason); };
  const timer = setTimeout(() => { stop(new Unreachable('has not answered in full in time')); }, options.timeout * 1000);
  try {
    return await answerOf(await responseTo(url, options, controller.signal, stop), options.maxSize ?? MAX_SIZE);
  } catch (error) {
    const cause: unknown = controller.signal.reason ?? error;
    const Failure = cause instanceof Unreachable ? ProviderUnreachable : ProviderUnavailable;
    // No cause: an error of the HTTP parser has the bytes with it.
    throw new Failure(`${locationOf(url)} ${reasonOf(cause)}`);
  } finally {
    clearTimeout(timer);
    // Closes the connection, whatever is still coming.
    controller.abort();
  }
}

function responseTo(url: string, options: OutboundOptions, signal: AbortSignal, stop: (reason: Unusable) => void): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body, network, lookup = systemLookup } = options;
  const { protocol, hostname } = new URL(url);
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: { 'user-agent': 'nestjs-scopes', ...headers, accept: 'application/json', 'accept-encoding': 'identity' },
      signal,
      agent: false,
      // Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED): a provider that nobody has proved is not one.
      rejectUnauthorized: true,
      lookup: checkedLookup(hostname, network, lookup),
    });
    let isConnected = false;
    sent.on('socket', (socket) => socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => { isConnected = true; }));
    limitReceived(sent, stop);
    sent.on('response', resolve);
    sent.on('error', (error) => { reject(isConnected ? error : new Unreachable(reasonOf(error))); });
    sent.on('close', () => { reject(new Unusable('has closed the connection')); });
    sent.end(body);
  });
}

/** Stops what never becomes an answer, or becomes one in too many pieces. */
function limitReceived(sent: ClientRequest, stop: (reason: Unusable) => void): void {
  let [interim, received] = [0, 0];
  sent.on('information', () => {
    interim += 1;
    // Once: many come in one piece.
    if (interim === MAX_INTERIM + 1) stop(new Unusable(`has sent more than ${MAX_INTERIM} interim answers`));
  });
  sent.on('socket', (socket) => {
    socket.on('data', ({ length }: Buffer) => {
      received += length;
      if (received > MAX_RECEIVED) stop(new Unusable(`has sent more than ${MAX_RECEIVED / 1024} KiB`));
    });
  });
}

/** Resolves a name and checks every address of it: what is checked here is what is connected to. */
function checkedLookup(host: string, network: Network, lookup: LookupFunction): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      const problem = addresses.map(({ address }) => addressProblem(host, address, network)).find((reason) => reason !== null);
      if (error !== null) callback(error, '');
      else if (first === undefined) callback(new Unusable('has no address'), '');
      else if (problem !== undefined) callback(new Unusable(problem), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

async function answerOf(response: IncomingMessage, maxSize: number): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) throw new Unusable(`redirects (${status}), which is not followed; configure the URL that it leads to`);
  const isJson = JSON_TYPE.test(headers['content-type'] ?? '');
  if (status !== 200) return { status, json: status === 400 && isJson ? await errorIn(response, maxSize) : undefined, text: '' };
  if (!isJson) throw new Unusable('has answered with something else than application/json');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Unusable('has answered with a compressed document, which was not asked for');
  const text = await textOf(response, maxSize);
  return { status, json: parsed(text), text };
}

/** What is said of a request that was refused; that it is refused is known without. */
async function errorIn(response: IncomingMessage, maxSize: number): Promise<unknown> {
  try {
    return parsed(await textOf(response, maxSize));
  } catch {
    return undefined;
  }
}

async function textOf(response: IncomingMessage, maxSize: number): Promise<string> {
  const tooLarge = new Unusable(`has answered with more than ${maxSize / 1024} KiB`);
  if (Number(response.headers['content-length'] ?? 0) > maxSize) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop destroys the response, and its connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxSize) throw tooLarge;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Unusable('has answered with something else than UTF-8');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The reason quotes the document.
    throw new Unusable('has answered with something that is not JSON');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Unusable) return error.message;
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'refuses connections';
  if (code === 'ECONNRESET') return 'has broken off the connection';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `has a host name that cannot be resolved (${code})`;
  if (/CERT|SELF_SIGNED|^ERR_(?:TLS|SSL)|UNABLE_TO_|EPROTO/.test(code)) return `has no certificate that is trusted, or speaks no TLS (${code})`;
  return `cannot be asked (${code})`;
}
