import type { INestApplication } from '@nestjs/common';
import { invalidOption } from '../errors.js';
import { describeSecurity } from '../routes/describe.js';
import { contentPolicy, htmlReport } from './html-report.js';
import { securityReport } from './security-report.js';
import type { SecurityReport } from './security-report.js';

const WHERE = 'setupSecurityReport';

/**
 * Serves the security report: a page at `/path` with every route, who may call it and which decorator says so, and the same
 * as data at `/path.json`. Files are not named; `npx nestjs-scopes report` names them.
 *
 * Call it before `app.init()` and `app.listen()`, as `SwaggerModule.setup`; the global prefix is not put before the path.
 * The page is made at the first request and kept. **It does NOT ask who is calling**, unless {@link protectDocs} guards it:
 * whoever reaches the path reads it. Throws {@link AuthConfigurationError} without `AuthModule`, for a
 * path that is none, and for one that a controller has.
 *
 * @param path - where the page is: `security`, or `internal/security`
 * @param app - the application, with `AuthModule` imported
 * @example
 * setupSecurityReport('security', protectDocs(app, basic, { scopes: ['admin'] }));
 *
 * @see {@link describeSecurity}, which gives the same as data
 */
export function setupSecurityReport(path: string, app: INestApplication): void {
  if (typeof path !== 'string' || !/^\/?[\w.~-]+(\/[\w.~-]+)*$/.test(path)) {
    throw invalidOption(WHERE, 'the path is no plain path', "give one without parameters and wildcards: 'security'.");
  }
  const target = path.startsWith('/') ? path : `/${path}`;
  const other = describeSecurity(app).find((route) => route.controller !== null && [target, `${target}.json`].includes(route.path));
  if (other !== undefined) throw invalidOption(WHERE, `${String(other.controller)}.${String(other.handler)} has the path ${other.path} already`, 'give another path.');
  const adapter = app.getHttpAdapter();
  let made: SecurityReport | undefined;
  const report = (): SecurityReport => (made ??= securityReport(app));
  let page: string | undefined;

  const send = (response: unknown, type: string, body: string): void => {
    adapter.setHeader(response, 'Content-Type', `${type}; charset=utf-8`);
    adapter.setHeader(response, 'Content-Security-Policy', `${contentPolicy()}; frame-ancestors 'none'`);
    adapter.setHeader(response, 'X-Content-Type-Options', 'nosniff');
    adapter.setHeader(response, 'Referrer-Policy', 'no-referrer');
    adapter.setHeader(response, 'Cache-Control', 'no-store');
    adapter.reply(response, body, 200);
  };
  adapter.get(target, (_request: unknown, response: unknown) => {
    send(response, 'text/html', (page ??= htmlReport(report())));
  });
  adapter.get(`${target}.json`, (_request: unknown, response: unknown) => {
    send(response, 'application/json', JSON.stringify(report()));
  });
}
