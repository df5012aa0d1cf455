import { chosenAdapter, chosenPort } from '../environment.js';
import { RESOURCES } from './api.js';
import { createOidcApp, swaggerClient } from './create-oidc-app.js';
import { startIdentityProvider } from './identity-provider.js';

const adapter = chosenAdapter();
const ports = { PORT: chosenPort('PORT', 3000), PROVIDER_PORT: chosenPort('PROVIDER_PORT', 4000) };

try {
  const provider = await startIdentityProvider({ port: ports.PROVIDER_PORT, resources: RESOURCES });
  const app = await createOidcApp(adapter, provider.issuer);
  app.enableShutdownHooks();
  await app.listen(ports.PORT);
  const { port } = new URL(await app.getUrl());
  await provider.register(swaggerClient(port));
  console.log(`identity provider on ${provider.issuer}
Open http://localhost:${port}/docs, press Authorize, tick me and items, and log in as johndoe / secret.
Untick items at the provider: GET /users/me answers, GET /users/me/items says that the scope items is missing.
listening on http://localhost:${port}`);
} catch (error) {
  console.error(`Error: ${portTaken(error) ?? (error instanceof Error ? error.message : String(error))}`);
  process.exit(1);
}

/** What to do about a port that somebody else listens on; `null` for other errors. */
function portTaken(error: unknown): string | null {
  const { code, port } = error as { readonly code?: unknown; readonly port?: unknown };
  if (code !== 'EADDRINUSE') return null;
  const variable = port === ports.PROVIDER_PORT ? 'PROVIDER_PORT' : 'PORT';
  return `port ${String(port)} is taken; give another one as ${variable}.`;
}
