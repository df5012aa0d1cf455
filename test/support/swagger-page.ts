import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const FLAGS = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
/** What the picture does not need: Swagger's logo, the command line for the same request, ... */
const CLUTTER = ['.topbar', '.curl-command', '.request-url', '.download-contents', '.copy-to-clipboard', '.live-responses-table thead'];
const PICTURE = fileURLToPath(new URL('../../docs/swagger-page.png', import.meta.url));

/** `describe`, but `describe.skip` where there is no Chromium. In CI its tests then fail. */
export function describeWithChromium(): jest.Describe {
  if (existsSync(CHROMIUM) || process.env['CI'] !== undefined) return describe;
  process.stderr.write(`
==> THE BROWSER TESTS ARE SKIPPED: there is no Chromium at ${CHROMIUM}.
==> Install it (Debian: apt-get install chromium), or say where it is: CHROMIUM_PATH=/path/to/chromium npm test
`);
  return describe.skip;
}

/** Chromium without a window. Each page that is opened has a profile of its own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
}

/** What a person types and ticks in the Authorize dialog. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
}

export async function openSwaggerPage(browser: Browser | BrowserContext, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 1200, height: 1000 });
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  await page.locator('.opblock').first().waitFor();
  return page;
}

/** Opens the Authorize dialog and sends it. The dialog stays open. */
export async function sendLogin(page: Page, { username, password, scopes }: Login): Promise<void> {
  await page.locator('.auth-wrapper .authorize').click();
  await dialog(page).getByLabel('username:').fill(username);
  await dialog(page).getByLabel('password:').fill(password);
  for (const scope of scopes) await dialog(page).locator(`label[for^="${scope}-"]`).click();
  await dialog(page).getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
}

export async function logIn(page: Page, login: Login): Promise<void> {
  await sendLogin(page, login);
  await dialog(page).getByRole('button', { name: 'Remove authorization' }).waitFor();
  await closeDialog(page);
}

export async function logOut(page: Page): Promise<void> {
  await page.locator('.auth-wrapper .authorize').click();
  await dialog(page).getByRole('button', { name: 'Remove authorization' }).click();
  await dialog(page).getByRole('button', { name: 'Apply given OAuth2 credentials' }).waitFor();
  await closeDialog(page);
}

/** Types credentials into the fields of a scheme in the Authorize dialog. */
export async function authorize(page: Page, scheme: string, typed: readonly string[]): Promise<void> {
  await page.locator('.auth-wrapper .authorize').click();
  const form = authForm(page, scheme);
  for (const [index, text] of typed.entries()) await form.locator('input').nth(index).fill(text);
  await form.getByRole('button', { name: 'Apply credentials' }).click();
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await closeDialog(page);
}

/** Takes the credentials of a scheme back. */
export async function logOutOf(page: Page, scheme: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').click();
  await authForm(page, scheme).getByRole('button', { name: 'Remove authorization' }).click();
  await closeDialog(page);
}

/** The message of a login that was refused. */
export function loginError(page: Page): Promise<string> {
  return dialog(page).locator('.errors').innerText();
}

/** Whether an operation has a lock, and whether that is closed. */
export async function lockOf(page: Page, path: string): Promise<'none' | 'open' | 'closed'> {
  const lock = operation(page, path).locator('.authorization__btn');
  if ((await lock.count()) === 0) return 'none';
  return (await lock.getAttribute('aria-label')) === 'authorization button locked' ? 'closed' : 'open';
}

/** The scopes in the dialog that an operation's lock opens. */
export async function scopesOf(page: Page, path: string): Promise<readonly string[]> {
  await operation(page, path).locator('.authorization__btn').click();
  const scopes = await dialog(page).locator('.scopes .name').allInnerTexts();
  await closeDialog(page);
  return scopes;
}

/** Presses "Try it out" and "Execute" of an operation, and reads the answer that the page shows. */
export async function execute(page: Page, path: string): Promise<{ readonly status: string; readonly details: string }> {
  const called = operation(page, path);
  if ((await called.locator('.execute').count()) === 0) {
    await called.locator('.opblock-summary-control').click();
    await called.getByRole('button', { name: 'Try it out' }).click();
  } else await called.getByRole('button', { name: 'Clear' }).click();
  await called.locator('.execute').click();
  const answer = called.locator('.live-responses-table tbody');
  return {
    status: await answer.locator('.response-col_status').innerText(),
    details: await answer.locator('.response-col_description').first().innerText(),
  };
}

/** Saves the picture of the README: the operations with their locks, and the answer to the only one that was executed. */
export async function savePicture(page: Page): Promise<void> {
  await page.addStyleTag({ content: `${CLUTTER.join(', ')} { display: none !important } .information-container .info { margin: 24px 0 !important }` });
  await page.evaluate('window.scrollTo(0, 0)');
  const answer = await page.locator('.live-responses-table').boundingBox();
  const height = Math.ceil((answer?.y ?? 0) + (answer?.height ?? 0)) + 10;
  await page.screenshot({ path: PICTURE, fullPage: true, clip: { x: 0, y: 0, width: 1200, height } });
}

function authForm(page: Page, scheme: string): Locator {
  return dialog(page).locator('.auth-container', { has: page.locator('h4 code', { hasText: new RegExp(`^${scheme}$`) }) });
}

function dialog(page: Page): Locator {
  return page.locator('.dialog-ux');
}

async function closeDialog(page: Page): Promise<void> {
  await dialog(page).locator('.close-modal').click();
}

function operation(page: Page, path: string): Locator {
  return page.locator(`.opblock:has([data-path="${path}"])`);
}
