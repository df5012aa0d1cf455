import { UseGuards } from '@nestjs/common';
import { SecurityScheme } from '../schemes/scheme.js';
import { checkedScopes, recordDeclaration, recordMethodDeclaration, recordPublic } from '../scopes/declarations.js';
import type { Declarant, Declaration } from '../scopes/declarations.js';
import { takingCredentials } from './credentials.decorators.js';
import { ScopesGuard } from './scopes.guard.js';

/** Options of {@link Security}. */
export interface SecurityOptions {
  /** The scopes that the credentials must carry. @defaultValue `[]` */
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
  return declaring({ decorator: '@Scopes', scopes: checkedScopes('@Scopes', scopes), scheme: null });
}

/**
 * Requires the credentials of a scheme, with scopes: on a controller, on a handler, or on a parameter, which gets them.
 * Several schemes are all required.
 *
 * It binds {@link ScopesGuard} itself. A scheme that is not registered in `AuthModule` stops the application at start. Of a
 * scheme registered without a strategy the credentials must be there, and are NOT verified: scopes can then be declared on
 * a parameter only, and the handler that takes the credentials has to enforce them.
 *
 * @param scheme - the scheme object that is registered
 * @param options - `scopes`: required of this scheme
 * @example
 * @Get('report')
 * @Security(bearer, { scopes: ['report'] })
 * report(@Security(apiKey) key: string) { ... }
 *
 * @see FastAPI `dependencies=[Security(scheme, scopes=[...])]`, `key: Annotated[str, Security(scheme)]`
 */
export function Security(scheme: SecurityScheme, options: SecurityOptions = {}): ClassDecorator & MethodDecorator & ParameterDecorator {
  if (!(scheme instanceof SecurityScheme)) throw new TypeError('@Security: give the scheme object, new OAuth2PasswordBearer({ ... }) for example.');
  const unknown = Object.keys(options).find((name) => name !== 'scopes');
  if (unknown !== undefined) throw new TypeError(`@Security: ${unknown} is not an option. Give { scopes: ['...'] }.`);
  const declaration = { decorator: '@Security', scopes: checkedScopes('@Security', options.scopes ?? []), scheme };
  const [requires, injects] = [declaring(declaration), takingCredentials(declaration)];
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
 * controller. A base class's `@Public()` counts for the handlers it declares, not for new ones of a subclass.
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
    const bind = UseGuards(ScopesGuard);
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
