import { Controller, Get, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APIKeyHeader, AuthModule, HTTPBearer, OAuth2PasswordBearer, Public, Scopes, Security, setupSecurityReport } from 'nestjs-scopes';
import type { Browser, Page } from 'playwright-core';
import { TestStrategy } from './tokens.js';

/** What would run, or change the page, where it is taken for markup. */
export const HOSTILE = `<img src=x onerror=document.title='hit'>`;
const HOSTILE_SCRIPT = `</script></style></title><script>document.title='hit'</script>"'&amp;`;

const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', schemeName: 'oauth2', description: HOSTILE_SCRIPT, scopes: { me: HOSTILE_SCRIPT, '<b>items</b>': HOSTILE } });
const optionalKey = new APIKeyHeader({ name: 'X-API-Key', schemeName: 'optionalKey', autoError: false });
export const bearer = new HTTPBearer({ schemeName: 'bearer' });

@Controller('users')
@Scopes('me')
class UsersController {
  @Get() read() { return 1; }
  @Get('items') @Scopes('<b>items</b>') items() { return 1; }
  @Get('help') @Public() help() { return 1; }
}

@Controller('misc')
class MiscController {
  @Get('open') open() { return 1; }
  @Get('optional') @Security(optionalKey) optional() { return 1; }
  @Get('both') @Security(oauth2) @Security(bearer) both() { return 1; }
  @Get(HOSTILE) @Security(bearer) hostile() { return 1; }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [oauth2, optionalKey, bearer].map((scheme) => ({ scheme, strategy: TestStrategy })) })],
  controllers: [UsersController, MiscController],
})
export class ReportedModule {}

/** Serves the report at `/security`. */
export function withReport(app: INestApplication): void {
  setupSecurityReport('security', app);
}

/** The page, and what the browser asked for and complained about while it was shown. */
export interface OpenedReport {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

export async function openReport(browser: Browser, url: string, colorScheme: 'light' | 'dark' = 'light'): Promise<OpenedReport> {
  const page = await browser.newPage({ colorScheme });
  page.setDefaultTimeout(20_000);
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints };
}

/** The paths that the table shows. */
export function shownPaths(page: Page): Promise<readonly string[]> {
  return page.locator('tbody tr:visible .path').allInnerTexts();
}

/** Text whose contrast with what is behind it is below WCAG's 4.5 to 1. @see WCAG 2.2 §1.4.3 */
export function faintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(CONTRAST);
}

const CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => { const [r, g, b] = channels(color).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (element) => { for (let each = element; each; each = each.parentElement) { const color = getComputedStyle(each).backgroundColor; const [, , , alpha = 1] = channels(color); if (alpha > 0) return color; } return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('body *:not(script)')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((element) => { const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05) < 4.5; })
    .map((element) => element.textContent);
})()`;
