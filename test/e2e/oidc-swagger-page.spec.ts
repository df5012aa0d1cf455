import type { Browser, Page } from 'playwright-core';
import type { IdentityProvider } from '../../apps/demo/src/oidc/identity-provider.js';
import { JOHNDOE } from '../support/demo-app.js';
import { startProvider } from '../support/identity-provider.js';
import { startOidcDemo } from '../support/oidc-demo.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { describeWithChromium, execute, launchChromium, lockOf, logOut, openSwaggerPage } from '../support/swagger-page.js';
import type { Login } from '../support/swagger-page.js';
import { answerProvider, authorizeAtProvider, authorizationError, cancelAtProvider } from '../support/swagger-provider.js';

describeWithChromium().each(ADAPTERS)('the Swagger page behind an OpenID provider, on %s', (adapter) => {
  let provider: IdentityProvider;
  let demo: RunningApp;
  let browser: Browser;
  const open = (): Promise<Page> => openSwaggerPage(browser, `http://127.0.0.1:${String(demo.port)}/docs`);

  beforeAll(async () => {
    browser = await launchChromium();
    provider = await startProvider();
    demo = await startOidcDemo(adapter, provider);
  });
  afterAll(async () => {
    await browser.close();
    await demo.close();
    await provider.close();
  });

  it('lets a person call what they consented to, names the scopes that the rest needs, and lets them come back for these', async () => {
    const page = await open();
    expect(await lockOf(page, '/users/me/items')).toBe('open');
    await authorizeAtProvider(page, { ...JOHNDOE, scopes: ['me', 'items'], consent: ['me'] });
    expect(await lockOf(page, '/users/me/items')).toBe('closed');
    const profile = await execute(page, '/users/me');
    expect(profile.status).toBe('200');
    expect(profile.details).toContain('"username": "johndoe"');
    const refused = await execute(page, '/users/me/items');
    expect(refused.status).toBe('403');
    expect(refused.details).toContain('"message": "Not enough permissions"');
    expect(refused.details).toMatch(/www-authenticate: Bearer realm="api", ?error="insufficient_scope", ?scope="items me"/);

    await logOut(page);
    expect((await execute(page, '/users/me/items')).status).toBe('401');
    await authorizeAtProvider(page, { ...JOHNDOE, scopes: ['me', 'items'], consent: ['me', 'items'] });
    const items = await execute(page, '/users/me/items');
    expect(items.status).toBe('200');
    expect(items.details).toContain('"owner": "johndoe"');
  }, 90_000);

  it.each([
    { answer: 'says no at the provider', said: '[access_denied]: cancelled', refuse: cancelAtProvider },
    { answer: 'unticks everything there', said: '[access_denied]: nothing-granted', refuse: (page: Page, login: Login) => answerProvider(page, { ...login, consent: [] }) },
  ])('gets no token where the person $answer, and says so', async ({ said, refuse }) => {
    const page = await open();
    await refuse(page, { ...JOHNDOE, scopes: ['me'] });
    expect(await authorizationError(page)).toContain(said);
    expect(await lockOf(page, '/users/me')).toBe('open');
  }, 60_000);
});
