import { createOidcApp, swaggerClient } from '../../apps/demo/src/oidc/create-oidc-app.js';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { listening } from './running-app.js';
import type { Adapter, RunningApp } from './running-app.js';

/** Starts the demo that a provider protects, as its `main.ts` does. */
export async function startOidcDemo(adapter: Adapter, provider: IdentityProvider): Promise<RunningApp> {
  const app = await createOidcApp(adapter, provider.issuer);
  app.useLogger(false);
  const running = await listening(app);
  await provider.register(swaggerClient(running.port));
  return running;
}
