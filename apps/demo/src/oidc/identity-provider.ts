import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { AdapterFactory, ClientMetadata, Configuration } from 'oidc-provider';
import { Interactions } from './interactions.js';
import { MemoryAdapter } from './memory-adapter.js';
import { provideUrlParse } from './node-20.js';
import { providerConfiguration, signingKey } from './provider-configuration.js';
import type { Resources } from './provider-configuration.js';

/** A longer request is refused, so that what is kept of it is short. Address and form together. Characters. */
const MAX_REQUEST = 4000;

/** Options of {@link startIdentityProvider}. */
export interface IdentityProviderOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly resources: Resources;
}

/** An OpenID provider that listens on the loopback interface. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Lets a client in, from now on. */
  register(client: ClientMetadata): Promise<void>;
  close(): Promise<void>;
}

/** Starts a certified provider for the demo's users. Its keys, and all that it issues, are forgotten when it ends. */
export async function startIdentityProvider({ port, resources }: IdentityProviderOptions): Promise<IdentityProvider> {
  // Made first: once the server listens, requests come.
  const keys = [await signingKey()];
  const server = createServer();
  // The address itself, which needs no resolver and leads nowhere else. @see RFC 8252 §8.3
  const issuer = new URL(`http://127.0.0.1:${String(await portOf(server, port))}`).origin;
  const clients = new MemoryAdapter();
  const configuration = { ...providerConfiguration(resources), jwks: { keys }, adapter: adapterWith(clients) };
  server.on('request', requestHandler(newProvider(issuer, configuration), resources));
  return {
    issuer,
    register: (client) => clients.upsert(client.client_id, client),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function portOf(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Clients are kept where they are registered, all other things by kind. */
function adapterWith(clients: MemoryAdapter): AdapterFactory {
  return (kind) => (kind === 'Client' ? clients : new MemoryAdapter());
}

/** The provider itself, which nobody can reach yet. */
export function newProvider(issuer: string, configuration: Configuration): Provider {
  provideUrlParse();
  const provider = new Provider(issuer, configuration);
  provider.on('server_error', (_context, error) => {
    console.error(error);
  });
  return provider;
}

function requestHandler(provider: Provider, resources: Resources): (...[request, response]: Parameters<Interactions['answer']>) => void {
  const interactions = new Interactions(provider, Object.fromEntries(Object.values(resources).flatMap(({ scopes }) => Object.entries(scopes))));
  const protocol = provider.callback();
  return (request, response) => {
    const refusal = refusalOf(request, provider.issuer);
    if (refusal !== null) response.writeHead(refusal.status, { 'Content-Type': 'text/plain' }).end(refusal.text);
    else void (request.url?.startsWith('/interaction/') === true ? interactions.answer(request, response) : protocol(request, response));
  };
}

/** Why a request goes no further, or `null`. What the provider says of its addresses, it takes from the one that a client called. */
function refusalOf({ url = '', headers }: IncomingMessage, issuer: string): { readonly status: number; readonly text: string } | null {
  const isForIssuer = headers.host === new URL(issuer).host && (url.startsWith('/') || url.startsWith(`${issuer}/`));
  if (!isForIssuer) return { status: 400, text: `This provider is at ${issuer} and nowhere else.` };
  if (headers['transfer-encoding'] !== undefined) return { status: 411, text: 'Say how long the form is, as Content-Length.' };
  const isTooLong = url.length + Number(headers['content-length'] ?? 0) > MAX_REQUEST;
  return isTooLong ? { status: 413, text: 'The request is too long.' } : null;
}
