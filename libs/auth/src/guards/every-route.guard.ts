import { Inject, Injectable } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Handler } from '../routes/route-table.js';
import { isPublicOutsideHttp } from '../scopes/declarations.js';
import { Gate } from './gate.js';
import { GATE } from './scopes.guard.js';

/** Bound by decorators that name a dependency. Where there is no row, and so nothing is resolved, it denies. */
@Injectable()
export class DependencyGuard implements CanActivate {
  constructor(@Inject(GATE) protected readonly gate: Gate) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const row = context.getType() === 'http' ? this.gate.table.find(context.getClass(), context.getHandler()) : undefined;
    if (row === undefined) return false;
    return row.access === 'open' ? this.gate.resolve(row, context) : this.gate.pass(context, []);
  }
}

/**
 * Bound to every route by `AuthModule`, so that what the table requires holds where no decorator bound a guard: in a
 * method that overrides a protected one, and for the scopes of the whole application. It runs before the guards of
 * controllers and methods, which therefore find `request.user` whatever their order.
 *
 * Without `global: true` it leaves alone what says nothing; with it, messages and resolvers have to be `@Public()`.
 */
@Injectable()
export class EveryRouteGuard extends DependencyGuard {
  constructor(@Inject(GATE) gate: Gate, private readonly reflector: Reflector) {
    super(gate);
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { table, settings } = this.gate;
    if (context.getType() !== 'http') return !settings.global || isPublicOutsideHttp(this.reflector, context.getClass(), context.getHandler() as Handler);
    if (!settings.global) {
      // Not one of our rows: a job called through an external context may go on, a route that came late may not.
      if (!table.hasRoutesOf(context.getClass())) return !Reflect.hasMetadata(PATH_METADATA, context.getHandler());
    }
    return super.canActivate(context);
  }
}
