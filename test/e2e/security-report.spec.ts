import { NestFactory } from '@nestjs/core';
import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, HTTPBearer, protectDocs, Security, setupSecurityReport } from 'nestjs-scopes';
import { createHash } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { ADAPTERS, httpAdapter, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { bearer, faintTexts, HOSTILE, openReport, ReportedModule, shownPaths, withReport } from '../support/security-page.js';
import { describeWithChromium, launchChromium } from '../support/swagger-page.js';
import { TestStrategy, tokenWith } from '../support/tokens.js';

const ALL = ['/users', '/users/items', '/users/help', '/misc/open', '/misc/optional', '/misc/both', `/misc/${HOSTILE}`, '/security', '/security.json'];

describe.each(ADAPTERS)('setupSecurityReport on %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await start(ReportedModule, adapter, withReport);
  });
  afterAll(() => running.close());

  it.each([
    { path: '/security', type: 'text/html; charset=utf-8' },
    { path: '/security.json', type: 'application/json; charset=utf-8' },
  ])('answers $path, which nobody stores, frames or takes for another type', async ({ path, type }) => {
    const { status, headers } = await running.get(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
  });

  it('allows its own style and script by their hashes, and nothing else', async () => {
    const { text, headers } = await running.get('/security');
    const policy = String(headers['content-security-policy']);
    for (const [tag, directive] of [['style', 'style-src'], ['script', 'script-src']] as const) {
      const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1] ?? '';
      expect(policy).toContain(`${directive} 'sha256-${createHash('sha256').update(content).digest('base64')}'`);
    }
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/ style=| on\w+="|(src|href)="/);
  });

  it('tells as data what describeSecurity tells, with the requirement in words', async () => {
    const { routes, findings } = (await running.get('/security.json')).json;
    expect(routes.map(({ path, requirement }: { path: string; requirement: string }) => [path, requirement])).toEqual([
      ['/users', 'oauth2(me)'],
      ['/users/items', 'oauth2(me, <b>items</b>)'],
      ['/users/help', 'anybody'],
      ['/misc/open', 'anybody'],
      ['/misc/optional', 'optionalKey or anybody'],
      ['/misc/both', 'oauth2 and bearer'],
      [`/misc/${HOSTILE}`, 'bearer'],
      ['/security', 'anybody'],
      ['/security.json', 'anybody'],
    ]);
    expect(findings).toEqual([]);
  });

  it('is served to those alone whom protectDocs lets in', async () => {
    const app = await start(ReportedModule, adapter, (nest) => { setupSecurityReport('security', protectDocs(nest, bearer)); });
    for (const path of ['/security', '/security.json']) {
      expect((await app.get(path)).status).toBe(401);
      const { status, headers } = await app.get(path, await tokenWith(''));
      expect([status, headers['content-security-policy']]).toEqual([200, expect.stringContaining("default-src 'none'")]);
    }
    await app.close();
  });

  it('does not serve it where nobody asked for it', async () => {
    const other = await start(ReportedModule, adapter);
    expect((await other.get('/security')).status).toBe(404);
    await other.close();
  });

  it.each(['', 'a b', 'security/:id', '*', '//x'])('refuses %j as a path', async (path) => {
    const app = await NestFactory.create(ReportedModule, httpAdapter(adapter), { logger: false });
    expect(() => { setupSecurityReport(path, app); }).toThrow('setupSecurityReport [invalid-option]: the path is no plain path');
    await app.close();
  });

  it('leaves the path of a controller to it', async () => {
    const app = await NestFactory.create(ReportedModule, httpAdapter(adapter), { logger: false });
    expect(() => { setupSecurityReport('users', app); }).toThrow('UsersController.read has the path /users already');
    await app.close();
  });

  it('shows schemes that are called as members of every object', async () => {
    const constructor = new HTTPBearer({ schemeName: 'constructor' });
    @Controller()
    class OddController {
      @Get() @Security(constructor) read() { return 1; }
    }
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: constructor, strategy: TestStrategy }] })], controllers: [OddController] })
    class OddModule {}
    const app = await start(OddModule, adapter, withReport);
    const { status, text } = await app.get('/security');
    expect([status, text.match(/<span>constructor<\/span>/g)?.length]).toEqual([200, 1]);
    await app.close();
  });

  it('fails at once without AuthModule', async () => {
    @Module({})
    class Empty {}
    const app = await NestFactory.create(Empty, httpAdapter(adapter), { logger: false });
    expect(() => { setupSecurityReport('security', app); }).toThrow('AuthModule is not imported');
    await app.close();
  });
});

describeWithChromium().each(ADAPTERS)('the page of the security report on %s', (adapter) => {
  let running: RunningApp;
  let browser: Browser;
  const open = (colorScheme?: 'light' | 'dark') => openReport(browser, `http://127.0.0.1:${String(running.port)}/security`, colorScheme);
  beforeAll(async () => {
    browser = await launchChromium();
    running = await start(ReportedModule, adapter, withReport);
  });
  afterAll(async () => {
    await running.close();
    await browser.close();
  });

  it('loads nothing else, breaks no policy, and runs nothing that is in a path, a scope or a description', async () => {
    const { page, requests, complaints } = await open();
    expect(await shownPaths(page)).toEqual(ALL);
    expect(await page.locator('img, b:has-text("items")').count()).toBe(0);
    expect(await page.title()).toBe('Security report');
    expect(requests.filter((url) => !url.endsWith('/favicon.ico'))).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('shows first what anybody may call, and why', async () => {
    const { page } = await open();
    expect(await page.getByRole('region', { name: 'Open to anybody' }).locator('li').allInnerTexts()).toEqual([
      'GET /users/help public: @Public() on UsersController.help',
      'GET /misc/open open: nothing is declared for MiscController.open',
      'GET /misc/optional credentials are optional: optionalKey or anybody',
      'GET /security bypassing: no controller has it, so that no guard sees it',
      'GET /security.json bypassing: no controller has it, so that no guard sees it',
    ]);
    expect((await page.locator('.counts').innerText()).split('\n').map((line) => line.trim()).join(' ')).toBe('9 routes 4 protected 5 open to anybody');
  });

  it('says for each route and scope whether it is required, also to those who do not see it', async () => {
    const { page } = await open();
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Route', 'Access', 'Requires', 'oauth2', 'oauth2 me', 'oauth2 <b>items</b>', 'optionalKey', 'bearer']);
    const marks = async (path: string): Promise<readonly string[]> => page.locator('tbody tr', { has: page.locator('.path', { hasText: new RegExp(`^${path}$`) }) }).locator('td.mark').evaluateAll((cells) => cells.map((cell) => cell.querySelector('.hidden')?.textContent ?? ''));
    expect(await marks('/users/items')).toEqual(['required', 'required', 'required', '', '']);
    expect(await marks('/misc/optional')).toEqual(['', '', '', 'in one of the alternatives', '']);
    expect(await marks('/misc/both')).toEqual(['required', '', '', '', 'required']);
  });

  it.each([
    { typed: 'ITEMS', shown: ['/users/items'] },
    { typed: 'misccontroller oauth2', shown: ['/misc/both'] },
    { typed: 'nowhere', shown: [] },
  ])('filters by path, class and scope: $typed', async ({ typed, shown }) => {
    const { page } = await open();
    await page.getByRole('searchbox', { name: 'Filter by path, class or scope' }).fill(typed);
    expect(await shownPaths(page)).toEqual(shown);
    expect(await page.getByRole('status').innerText()).toBe(`${String(shown.length)} of 9 routes`);
    expect(await page.getByText('No route is like that.').isVisible()).toBe(shown.length === 0);
  });

  it('is used with the keyboard alone', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.type('users');
    expect(await shownPaths(page)).toEqual(['/users', '/users/items', '/users/help']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect(await shownPaths(page)).toEqual(['/users/help']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open] li').allInnerTexts()).toEqual(['@Public on UsersController.help', '@Scopes(me) on UsersController']);
  });

  it.each(['light', 'dark'] as const)('is readable in %s', async (colorScheme) => {
    const { page } = await open(colorScheme);
    expect(await faintTexts(page)).toEqual([]);
  });

  it('prints without its controls', async () => {
    const { page } = await open();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    expect(await shownPaths(page)).toEqual(ALL);
  });
});
