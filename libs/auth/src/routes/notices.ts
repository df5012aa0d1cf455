import { Inject, Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, ModulesContainer } from '@nestjs/core';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { OutsideRoutes } from './outside-routes.js';
import type { OutsideRoute } from './outside-routes.js';
import { routePaths } from './route-paths.js';
import { RouteTable } from './route-table.js';

/** What is no mistake, and should be known: routes that nobody guards, a line for each. */
@Injectable()
export class Notices {
  constructor(
    private readonly table: RouteTable,
    @Inject(SETTINGS) private readonly settings: AuthSettings,
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly outside: OutsideRoutes,
  ) {}

  /** The texts for the log. Without `global: true` guards are not expected everywhere, so that what bypasses them is not told. */
  texts(): readonly string[] {
    const bypassing = this.settings.global ? bypassingLines(this.outside.list()) : [];
    return [
      ...notice(this.openLines(), 'open: nothing of this library covers them. Add @Scopes(...) or @Security(...), or @Public() where everybody may call them:'),
      ...notice(bypassing, 'not seen by guards: no controller has them. Register them with protectDocs(app, scheme), or see to it that they tell nobody anything:'),
    ];
  }

  private openLines(): readonly string[] {
    const paths = routePaths(this.config, this.modules, this.discovery);
    return this.table.rows.filter(({ access }) => access === 'open').flatMap((row) =>
      paths(row).map(({ method, path }) => `${RequestMethod[method]} ${path}  ${row.controller.name}.${row.methodName}`));
  }
}

/** The files that Swagger mounts at a page belong to it: its style and code. */
function bypassingLines(routes: readonly OutsideRoute[]): readonly string[] {
  const pages = routes.filter(({ protection }) => protection !== null).map(({ path }) => path);
  const isOfPage = ({ method, path }: OutsideRoute): boolean => pages.some((page) => (method === 'ALL' && path === page) || path === `${page}/*`);
  return routes.filter((route) => route.protection === null && !isOfPage(route)).map(({ method, path }) => `${method} ${path}`);
}

function notice(lines: readonly string[], what: string): readonly string[] {
  if (lines.length === 0) return [];
  return [[`${lines.length === 1 ? '1 route is' : `${String(lines.length)} routes are`} ${what}`, ...lines.map((line) => `  ${line}`)].join('\n')];
}
