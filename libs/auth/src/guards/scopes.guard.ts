import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { carriedDeclarations, recordDeclaration, recordGuardClass } from '../scopes/declarations.js';
import type { AnyClass, Declaration } from '../scopes/declarations.js';
import { checkedScopes } from '../scopes/scope-text.js';
import { Gate } from './gate.js';

/** Nest names the token when `AuthModule` is not imported, so it says what is missing. */
export const GATE = Symbol.for('nestjs-scopes: AuthModule.forRoot(...) in the root module');

/**
 * Authenticates and authorises in one: the caller must be identified by the route's schemes and have every scope that is
 * required for the route, wherever it was declared.
 *
 * `@Scopes` and `@Security` bind it themselves. Bound once more, in any order, it does its work once per request. It puts
 * the caller on `request.user` and the {@link Principal} on `request.auth`. Refused requests get 401 or 403 with
 * `WWW-Authenticate`, 400 when credentials were sent twice, 503 when a store cannot say who the caller is. Outside of HTTP
 * (gateways, message handlers, GraphQL) it denies.
 *
 * It does NOT cover what Nest's guards do not see: `app.use` routes, Swagger's pages (see {@link protectDocs}), a gateway's
 * `handleConnection`.
 *
 * @example
 * @Get('export')
 * @UseGuards(ScopesGuard.with('items'))
 * export() { ... }
 *
 * @see RFC 6750 §3.1
 */
@Injectable()
export class ScopesGuard implements CanActivate {
  /** What this class and those it extends require. */
  readonly #carried: readonly Declaration[];

  constructor(@Inject(GATE) private readonly gate: Gate) {
    this.#carried = carriedDeclarations(this.constructor as AnyClass);
  }

  /**
   * A guard class that requires scopes, on top of what is declared elsewhere.
   *
   * @param scopes - scope names, at least one; a malformed one is a `TypeError`
   * @returns a class for `@UseGuards`
   */
  static with(...scopes: readonly string[]): Type<ScopesGuard> {
    const checked = checkedScopes('ScopesGuard.with', scopes);
    if (checked.length === 0) throw new TypeError('ScopesGuard.with: name at least one scope, or bind ScopesGuard itself.');
    class ScopesGuardWith extends this {}
    Object.defineProperty(ScopesGuardWith, 'name', { value: `${this.name}.with(${checked.join(', ')})` });
    recordDeclaration(ScopesGuardWith, { decorator: 'ScopesGuard.with', scopes: checked, expression: null });
    return ScopesGuardWith;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.gate.pass(context, this.#carried);
  }
}
recordGuardClass(ScopesGuard);
