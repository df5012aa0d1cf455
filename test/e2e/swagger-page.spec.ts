import type { Browser, Page } from 'playwright-core';
import { JOHNDOE, startDemo } from '../support/demo-app.js';
import type { RunningDemo } from '../support/demo-app.js';
import { challengeScopes } from '../support/recorded-application.js';
import { ADAPTERS } from '../support/running-app.js';
import {
  describeWithChromium,
  execute,
  launchChromium,
  lockOf,
  logIn,
  loginError,
  logOut,
  openSwaggerPage,
  savePicture,
  scopesOf,
  sendLogin,
} from '../support/swagger-page.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describeWithChromium().each(ADAPTERS)('the Swagger page of the demo on %s', (adapter) => {
  const folder = temporaryFolder();
  let demo: RunningDemo;
  let browser: Browser;
  const open = (path: string): Promise<Page> => openSwaggerPage(browser, `http://127.0.0.1:${String(demo.port)}${path}`);

  beforeAll(async () => {
    browser = await launchChromium();
    demo = await startDemo(adapter, folder);
  });
  afterAll(async () => {
    await demo.close();
    await browser.close();
  });

  describe('before logging in', () => {
    let page: Page;
    beforeAll(async () => {
      page = await open('/docs');
    });

    it('has no lock on the login, which is public', async () => {
      expect(await lockOf(page, '/token')).toBe('none');
    });

    it.each([
      { path: '/users/me', scopes: ['me'] },
      { path: '/users/me/items', scopes: ['me', 'items'] },
      { path: '/status', scopes: [] },
    ])('has an open lock on $path with the scopes $scopes, which are enforced', async ({ path, scopes }) => {
      expect(await lockOf(page, path)).toBe('open');
      expect(await scopesOf(page, path)).toEqual(scopes);
      const { status, challenges } = await demo.get(path);
      expect(status).toBe(401);
      expect(challengeScopes(challenges[0])).toEqual(new Set(scopes));
    });
  });

  it('lets a person call what the ticked scopes allow, and after another login with all scopes the rest', async () => {
    const page = await open('/docs');
    await logIn(page, { ...JOHNDOE, scopes: ['me'] });
    expect(await lockOf(page, '/users/me/items')).toBe('closed');
    const refused = await execute(page, '/users/me/items');
    expect(refused.status).toBe('403');
    expect(refused.details).toContain('"message": "Not enough permissions"');
    expect(refused.details).toMatch(/www-authenticate: Bearer realm="api", ?error="insufficient_scope", ?scope="items me"/);
    if (process.env['UPDATE_PICTURE'] === '1' && adapter === 'express') await savePicture(page);
    const profile = await execute(page, '/users/me');
    expect(profile.status).toBe('200');
    expect(profile.details).toContain('"username": "johndoe"');

    await logOut(page);
    expect(await lockOf(page, '/users/me/items')).toBe('open');
    expect((await execute(page, '/users/me/items')).status).toBe('401');

    await logIn(page, { ...JOHNDOE, scopes: ['me', 'items'] });
    const items = await execute(page, '/users/me/items');
    expect(items.status).toBe('200');
    expect(items.details).toContain('"owner": "johndoe"');
    expect((await execute(page, '/users/me')).status).toBe('200');
  }, 90_000);

  it('shows in the dialog that the password is wrong', async () => {
    const page = await open('/docs');
    await sendLogin(page, { username: 'johndoe', password: 'wrong', scopes: ['me'] });
    expect(await loginError(page)).toContain('Incorrect username or password');
    expect(await lockOf(page, '/users/me')).toBe('open');
  });

  it('lets a person log in who opened it with a slash at its end', async () => {
    const page = await open('/docs/');
    await logIn(page, { ...JOHNDOE, scopes: ['me'] });
    expect((await execute(page, '/users/me')).status).toBe('200');
  });
});
