import { Scope } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

/** What Nest has for a token, in any module. `per-request`: it makes one for each request or place, not one at start. */
export type ProvidedInstance = { readonly kind: 'instance'; readonly instance: unknown } | { readonly kind: 'missing' } | { readonly kind: 'per-request' };

/** Looks a provider up, after all were made. */
export function providedInstance(token: object, moduleRef: ModuleRef): ProvidedInstance {
  try {
    if (moduleRef.introspect(token as never).scope !== Scope.DEFAULT) return { kind: 'per-request' };
  } catch {
    // Nest has no question "is it there", only this error.
    return { kind: 'missing' };
  }
  return { kind: 'instance', instance: moduleRef.get(token as never, { strict: false }) };
}
