import { describeSecurity } from 'nestjs-scopes';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { passTime, realClock, stopMonotonicClock } from '../support/fake-clock.js';
import { startProvider, tokensOf } from '../support/identity-provider.js';
import { startOidcDemo } from '../support/oidc-demo.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const INVALID = ['Bearer realm="api", error="invalid_token"'];
/** After an attempt to get keys, the next one. Seconds. */
const COOLDOWN = 10;
/** Older keys are asked for again. Seconds. */
const MAX_AGE = 600;

describe.each(ADAPTERS)('the demo, where its OpenID provider comes and goes, on %s', (adapter) => {
  let provider: IdentityProvider;
  let demo: RunningApp;
  const again = (): Promise<IdentityProvider> => startProvider(Number(new URL(provider.issuer).port));
  const token = async (): Promise<string> => (await tokensOf(provider, { scope: 'me' })).access_token;

  beforeEach(async () => {
    stopMonotonicClock();
    provider = await startProvider();
  });
  afterEach(async () => {
    realClock();
    await demo.close();
    await provider.close();
  });

  it('starts without the provider and answers 503 to its tokens, never 401, and 200 when it is back', async () => {
    const early = await token();
    await provider.close();
    demo = await startOidcDemo(adapter, provider);
    const answer = await demo.get('/status', early);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toEqual(expect.any(String));
    expect(answer.challenges).toEqual([]);
    expect((await demo.get('/status')).status).toBe(401);

    provider = await again();
    passTime(COOLDOWN);
    expect((await demo.get('/status', await token())).status).toBe(200);
    // It has come back with other keys.
    expect((await demo.get('/status', early)).challenges).toEqual(INVALID);
  });

  it('goes on with the keys that it has while the provider is away, also after it has asked for new ones', async () => {
    demo = await startOidcDemo(adapter, provider);
    const good = await token();
    expect((await demo.get('/status', good)).status).toBe(200);
    await provider.close();
    passTime(MAX_AGE + 1);
    expect((await demo.get('/status', good)).status).toBe(200);
    const failures = (): readonly string[] => describeSecurity(demo.app).flatMap(({ unavailable }) => unavailable);
    while (failures().length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(failures()[0]).toContain('refuses connections');
    expect((await demo.get('/status', good)).status).toBe(200);
  });

  it('takes tokens of a new key without being told, and refuses those of the old one from then on', async () => {
    demo = await startOidcDemo(adapter, provider);
    const old = await token();
    expect((await demo.get('/status', old)).status).toBe(200);
    await provider.close();
    provider = await again();
    passTime(COOLDOWN);
    expect((await demo.get('/status', await token())).status).toBe(200);
    passTime(COOLDOWN);
    const refused = await demo.get('/status', old);
    expect(refused.status).toBe(401);
    expect(refused.challenges).toEqual(INVALID);
  });
});
