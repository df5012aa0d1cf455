import { Scope } from '@nestjs/common';
import type { FactoryProvider } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { SecurityScopes } from '../scopes/security-scopes.js';
import { requiredScopes } from './caller.decorators.js';

/** Reads when asked: Nest makes request-scoped providers before guards run. */
class RequestSecurityScopes extends SecurityScopes {
  readonly #request: { auth?: unknown };

  constructor(request: { auth?: unknown }) {
    super();
    this.#request = request;
  }

  override get scopes(): readonly string[] {
    return requiredScopes(this.#request.auth).scopes;
  }
}

/** `SecurityScopes` as a provider, for classes that cannot have `@RequiredScopes()` on a parameter. */
export const requestSecurityScopes: FactoryProvider<SecurityScopes> = {
  provide: SecurityScopes,
  scope: Scope.REQUEST,
  inject: [REQUEST],
  useFactory: (request: { auth?: unknown }) => new RequestSecurityScopes(request),
};
