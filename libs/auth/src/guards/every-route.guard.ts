import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Gate } from './gate.js';
import { GATE } from './scopes.guard.js';

/**
 * Bound to every route by `AuthModule`, so that what the table requires holds where no decorator bound a guard: in a
 * method that overrides a protected one, and for the scopes of the whole application. It runs before the guards of
 * controllers and methods, which therefore find `request.user` whatever their order.
 *
 * Without `global: true` it leaves alone what says nothing.
 */
@Injectable()
export class EveryRouteGuard implements CanActivate {
  constructor(@Inject(GATE) private readonly gate: Gate) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { table, settings } = this.gate;
    if (!settings.global) {
      if (context.getType() !== 'http' || !table.hasRoutesOf(context.getClass())) return true;
      if (table.find(context.getClass(), context.getHandler())?.access === 'open') return true;
    }
    return this.gate.pass(context);
  }
}
