import { Scope } from '@nestjs/common';
import type { FactoryProvider } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { SecurityScopes } from '../scopes/security-scopes.js';
import { requiredScopes } from './caller.decorators.js';

/** `SecurityScopes` as a provider, for classes that cannot have `@RequiredScopes()` on a parameter. */
export const requestSecurityScopes: FactoryProvider<SecurityScopes> = {
  provide: SecurityScopes,
  scope: Scope.REQUEST,
  inject: [REQUEST],
  useFactory: readWhenAsked,
};

/** Nest makes request-scoped providers before guards run, so the values are looked up when they are read. */
function readWhenAsked(request: { auth?: unknown }): SecurityScopes {
  return Object.create(SecurityScopes.prototype, {
    scopes: { enumerable: true, get: () => requiredScopes(request).scopes },
    scopeStr: { enumerable: true, get: () => requiredScopes(request).scopeStr },
  }) as SecurityScopes;
}
