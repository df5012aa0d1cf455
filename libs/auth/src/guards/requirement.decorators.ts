import { UseGuards } from '@nestjs/common';
import type { DependencyClass, ValueOf } from '../dependencies/dependency.js';
import { declarationOf, isDependencyDeclaration, recordDeclaration, recordMethodDeclaration, recordPublic } from '../scopes/declarations.js';
import type { Declarant, Declaration } from '../scopes/declarations.js';
import type { SecurityExpression } from '../scopes/expression.js';
import { checkedScopes } from '../scopes/scope-text.js';
import { taking } from './depends.decorator.js';
import type { DependsOptions, TakingDecorator } from './depends.decorator.js';
import { DependencyGuard } from './every-route.guard.js';
import { ScopesGuard } from './scopes.guard.js';

/** Options of {@link Security}. */
export interface SecurityOptions extends DependsOptions {
  /** The scopes that the credentials must carry; a dependency and all that is below it are asked for them. @defaultValue `[]` */
  readonly scopes?: readonly string[];
}

/**
 * Requires scopes, in addition to those declared elsewhere: on a controller, for all its routes; on a handler; or on a
 * guard class that extends {@link ScopesGuard}. Without scopes, any caller that can be identified is let in.
 *
 * The scopes are required of the schemes that `@Security` names on class, method or guard, else of the default scheme. It binds
 * {@link ScopesGuard} itself, so a decorated route cannot be left open, and the document shows it. A scope that no scheme
 * declares stops the application at start; a malformed one is a `TypeError` where it is written.
 *
 * @param scopes - scope names, one text each
 * @example
 * @Controller('users/me')
 * @Scopes('me')
 * export class UsersController {
 *   @Get('items') @Scopes('items') items() { ... } // requires me and items
 * }
 *
 * @see FastAPI `Security(dependency, scopes=[...])`
 * @see RFC 6749 §3.3
 */
export function Scopes(...scopes: readonly string[]): ClassDecorator & MethodDecorator {
  return declaring({ decorator: '@Scopes', scopes: checkedScopes('@Scopes', scopes), expression: null });
}

/**
 * Requires the credentials of a scheme, or a dependency, with scopes: on a controller, on a handler, or on a parameter of a
 * handler or of a dependency's `resolve`, which gets the value. Several schemes are all required; {@link anyOf} makes
 * alternatives of them, and the scopes are then required of each.
 *
 * Scopes add up on the way down a dependency's tree, outermost first, and never reach what stands beside it. A scheme with
 * a strategy must carry those that reach it; of a scheme registered without one the credentials must be there and are NOT
 * verified: whoever takes them has to, scopes included, with `@RequiredScopes()`. What a dependency throws is the answer.
 *
 * It binds the guard itself. Mistakes stop the application at start, as those of {@link Depends} do, and scopes for a
 * dependency in whose tree nothing reads them.
 *
 * @param what - the scheme object that is registered, `anyOf(...)` or `allOf(...)` of several, or the class of a dependency
 * @param options - `scopes`; `useCache: false`: do not take the value that the request has already
 * @example
 * @Get('report')
 * @Security(bearer, { scopes: ['report'] })
 * report(@Security(CurrentUser, { scopes: ['me'] }) user: User) { ... }
 *
 * @see FastAPI `dependencies=[Security(scheme, scopes=[...])]`, `user: Annotated[User, Security(get_current_user, scopes=[...])]`
 */
export function Security<What extends SecurityExpression | DependencyClass>(
  what: What,
  options: SecurityOptions = {},
): ClassDecorator & MethodDecorator & TakingDecorator<ValueOf<What>> {
  const requires = declaring(declarationOf('@Security', what, options));
  const injects = taking('@Security', what, options);
  return (target: object, key?: string | symbol, place?: PropertyDescriptor | number) => {
    if (typeof place === 'number') injects(target, key, place);
    else requires(target as never, key as never, place as never);
  };
}

/**
 * No requirement at all, for a handler or a controller.
 *
 * On a handler it drops what its controller, a base class, an overridden method and `AuthModule` require. Beside a
 * requirement at the same place it stops the application at start, as does a requirement on a handler of a public
 * controller. A base class's `@Public()` counts for the handlers it declares, not for new ones of a subclass. On a gateway,
 * message handler or resolver it says that its own code checks the caller.
 *
 * @example
 * @Get('health')
 * @Public()
 * health() { ... }
 */
export function Public(): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    recordPublic(declarantOf('@Public', target, descriptor));
  };
}

function declaring(declaration: Declaration): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    recordDeclaration(declarantOf(declaration.decorator, target, descriptor), declaration);
    if (key !== undefined) recordMethodDeclaration(target, key, declaration);
    if (target === ScopesGuard || target instanceof ScopesGuard || ScopesGuard.isPrototypeOf(target)) return;
    const bind = UseGuards(isDependencyDeclaration(declaration) ? DependencyGuard : ScopesGuard);
    if (key !== undefined && descriptor !== undefined) bind(target, key, descriptor);
    else bind(target as never);
  };
}

/** The class, or the method's function, which is what Nest hangs metadata on. */
function declarantOf(decorator: string, target: object, descriptor?: PropertyDescriptor): Declarant {
  const declarant: unknown = descriptor === undefined ? target : descriptor.value;
  if (typeof declarant === 'function') return declarant as Declarant;
  throw new TypeError(`${decorator} stands on a property; put it on a method or a class.`);
}
