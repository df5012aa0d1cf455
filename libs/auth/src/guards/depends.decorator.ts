import { createParamDecorator, ForbiddenException, UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { DependencyClass, ValueOf } from '../dependencies/dependency.js';
import { recordParameter, RESOLVE } from '../dependencies/parameters.js';
import { resolvedValue } from '../dependencies/resolved.js';
import { declarationOf, isDeclaredPublic, isDependencyDeclaration, recordDeclaration, recordMethodDeclaration } from '../scopes/declarations.js';
import type { Declarant, Declaration, Use, UseOptions } from '../scopes/declarations.js';
import type { SecurityExpression } from '../scopes/expression.js';
import { DependencyGuard } from './every-route.guard.js';
import { ScopesGuard } from './scopes.guard.js';

/** Options of {@link Depends}. */
export interface DependsOptions {
  /** `false`: resolve it anew where the request has the value already. @defaultValue true */
  readonly useCache?: boolean;
}

/** A decorator of a parameter that gets a `Value`: one of another type does not compile. */
export type TakingDecorator<Value> = <Target extends object, Key extends string | symbol, Index extends number>(
  target: Target,
  key: Key | undefined,
  index: Index & ([Value] extends [ParameterAt<Target, Key, Index>] ? unknown : TheParameterWouldGet<Value>),
) => void;

/** The type of a parameter; `unknown` where the method is private, so that nothing can be said. */
type ParameterAt<Target, Key, Index extends number> = Key extends keyof Target
  ? Target[Key] extends (...parameters: infer Parameters) => unknown
    ? Parameters[Index]
    : unknown
  : unknown;

/** Shows in the compiler's error what the parameter would get. */
interface TheParameterWouldGet<Value> {
  readonly 'the parameter would get': Value;
}

/**
 * Reads what the guard resolved. Without a guard that did, nothing is handed out: an answer of 403, or `null` for a
 * `@Public()` method, which requires nothing, of the parameters that Nest gives it of the method that it overrides.
 */
const Resolved = createParamDecorator((use: Use, context: ExecutionContext): unknown => {
  const request: unknown = context.switchToHttp().getRequest();
  const resolved = typeof request === 'object' && request !== null ? resolvedValue(request, use) : undefined;
  if (resolved !== undefined) return resolved.value;
  if (isDeclaredPublic(REFLECTOR, context.getHandler() as Declarant)) return null;
  throw new ForbiddenException();
});
const REFLECTOR = new Reflector();

/**
 * Injects what a scheme took out of the request, or what a dependency resolves to: on a parameter of a handler, or of a
 * dependency's `resolve`.
 *
 * A scheme is required by it: the value is `null` only where the credentials are absent and may be (`autoError: false`).
 * Of `anyOf(...)` it is the value of the member that let the caller in, of `allOf(...)` a list with the value of each.
 * The scheme's strategy has verified them; of a scheme registered without one they are NOT verified, and whoever takes
 * them has to. A dependency requires what is in its tree, and is resolved once per request, for all who ask for it with
 * the same scopes, before the handler's other parameters are looked at.
 *
 * It binds the guard itself. Mistakes stop the application at start: a scheme that is not registered, a class that is no
 * provider or has no `resolve`, a circle. A parameter of another type does not compile.
 *
 * @param what - the scheme object that is registered, `anyOf(...)` or `allOf(...)` of several, or the class of a dependency
 * @param options - `useCache: false`: do not take the value that the request has already
 * @example
 * @Get('whoami')
 * whoAmI(@Depends(apiKey) key: string, @Depends(CurrentUser) user: User) { ... }
 *
 * @see FastAPI `key: Annotated[str, Depends(scheme)]`, `Depends(get_current_user, use_cache=False)`
 */
export function Depends<What extends SecurityExpression | DependencyClass>(what: What, options: DependsOptions = {}): TakingDecorator<ValueOf<What>> {
  return taking('@Depends', what, options);
}

/** Records what a parameter takes, with the requirement that this is, binds a guard, and injects the value. */
export function taking(decorator: string, what: SecurityExpression | DependencyClass, options: UseOptions): ParameterDecorator {
  const declared = declarationOf(decorator, what, options);
  return (target, key, index) => {
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || typeof index !== 'number' || typeof target === 'function' || typeof descriptor?.value !== 'function') {
      throw new TypeError(`${decorator} belongs on a parameter of a handler or of a dependency's ${RESOLVE}, read(${decorator}(scheme) value: string).`);
    }
    // One for each parameter: it is how the value is found.
    const use: Use = Object.freeze({ what, scopes: declared.scopes, useCache: options.useCache ?? true });
    const declaration: Declaration = { ...declared, isTaken: true, use };
    recordDeclaration(descriptor.value as Declarant, declaration);
    recordMethodDeclaration(target, key, declaration);
    recordParameter(target, key, { index, use });
    UseGuards(isDependencyDeclaration(declaration) ? DependencyGuard : ScopesGuard)(target, key, descriptor);
    Resolved(use)(target, key, index);
  };
}
