import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer, Reflector } from '@nestjs/core';
import { DependencyPlans } from '../dependencies/plans.js';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { AuthConfigurationError } from '../errors.js';
import type { Finding } from '../errors.js';
import { isGuardClass } from '../scopes/declarations.js';
import { outsideHttpFindings } from './audit-outside-http.js';
import { appGuards } from './explorer.js';
import { RouteTable } from './route-table.js';
import type { RouteRow } from './route-table.js';
import { swaggerFindings } from './audit-swagger.js';

/** Looks for every mistake that can be known at start. */
@Injectable()
export class Audit {
  constructor(
    private readonly table: RouteTable,
    @Inject(SETTINGS) private readonly settings: AuthSettings,
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
    private readonly modules: ModulesContainer,
    private readonly plans: DependencyPlans,
  ) {}

  /** Throws all mistakes at once; returns them where they shall only be logged. @param others - what is known by now, and not from declarations */
  refuse(others: readonly Finding[] = []): readonly Finding[] {
    const findings = [...this.findings(), ...others];
    if (findings.length > 0 && this.settings.audit === 'error') throw new AuthConfigurationError(findings);
    return findings;
  }

  /** The mistakes, in the order of the routes. */
  private findings(): readonly Finding[] {
    const { table, settings, discovery, reflector, modules, plans } = this;
    return distinct([
      ...importedTwice(modules),
      ...unseenGuards(discovery, reflector),
      ...table.findings,
      ...plans.findings,
      ...swaggerFindings(table.rows),
      ...(settings.global ? [...undeclaredRoutes(table), ...outsideHttpFindings(discovery, reflector)] : []),
    ]);
  }
}

/** A mistake in a tree is one mistake, however many routes need it. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, where, problem, path }) => {
    const key = JSON.stringify([code, where, problem]);
    const isNew = path === undefined || !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function importedTwice(modules: ModulesContainer): readonly Finding[] {
  const count = [...modules.values()].filter(({ providers }) => providers.has(Audit)).length;
  if (count < 2) return [];
  return [{
    code: 'module-imported-twice',
    where: 'AuthModule',
    problem: 'is configured more than once, so two route tables would disagree',
    mend: 'call forRoot or forRootAsync once, in the root module; every other module sees it without an import.',
  }];
}

/** A guard of ours that is global by `useExisting` or `useFactory`: its scopes could not be read when the table was built. */
function unseenGuards(discovery: DiscoveryService, reflector: Reflector): readonly Finding[] {
  const wrappers = appGuards(discovery).filter(({ metatype }) => !isGuardClass(reflector, metatype));
  return wrappers.flatMap(({ instance }: { instance: unknown }): Finding[] => {
    const guard: unknown = typeof instance === 'object' ? instance?.constructor : undefined;
    if (!isGuardClass(reflector, guard)) return [];
    return [{
      code: 'unseen-global-guard',
      where: `APP_GUARD ${guard.name}`,
      problem: 'is provided in a way that hides its scopes',
      mend: 'use { provide: APP_GUARD, useClass: ... }, or AuthModule.forRoot({ scopes }).',
    }];
  });
}

function undeclaredRoutes({ rows }: RouteTable): readonly Finding[] {
  return rows.filter(({ access }) => access === 'denied').map(({ controller, methodName }: RouteRow) => ({
    code: 'undeclared-route',
    where: `${controller.name}.${methodName}`,
    problem: 'neither requires anything nor is public, and global is true',
    mend: 'add @Scopes(...) (without scopes: any caller that is identified) or @Public() to the method or its controller.',
  }));
}
