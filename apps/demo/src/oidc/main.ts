import type { AddressInfo, Server } from 'node:net';
import { chosenAdapter, chosenPort, unlessTaken } from '../environment.js';
import { startOrExplain } from '../start-or-explain.js';
import { API, RESOURCES } from './api.js';
import { createOidcApp, swaggerClient } from './create-oidc-app.js';
import { startIdentityProvider } from './identity-provider.js';
import { ALGORITHM, LIFETIMES } from './provider-configuration.js';

await startOrExplain(async () => {
  const adapter = chosenAdapter();
  const ports = { api: chosenPort('PORT', 3000), provider: chosenPort('PROVIDER_PORT', 4000) };
  const provider = await unlessTaken('PROVIDER_PORT', startIdentityProvider({ port: ports.provider, resources: RESOURCES }));
  const app = await createOidcApp(adapter, provider.issuer);
  app.enableShutdownHooks();
  await unlessTaken('PORT', app.listen(ports.api));
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  await provider.register(swaggerClient(port));
  console.log(`identity provider on ${provider.issuer}
Its access tokens: JWT (at+jwt), ${ALGORITHM}, issuer ${provider.issuer}, audience ${API}, for ${String(LIFETIMES.AccessToken / 60)} minutes.
Open http://localhost:${String(port)}/docs, press Authorize, tick me and items, and log in as johndoe / secret.
Untick items at the provider: GET /users/me answers, GET /users/me/items is a 403 whose WWW-Authenticate names the scopes it needs.
listening on http://localhost:${String(port)}`);
});
