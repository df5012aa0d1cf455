import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext, PipeTransform, Type } from '@nestjs/common';
import { recordParameter } from '../dependencies/parameters.js';
import { requiredScopesOf } from '../decision/principal.js';
import type { Principal } from '../decision/principal.js';
import { SecurityScopes } from '../scopes/security-scopes.js';

type Pipe = PipeTransform | Type<PipeTransform>;

const NO_SCOPES = new SecurityScopes();

const UserParameter = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context)?.user ?? null);
const PrincipalParameter = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context));
const RequiredScopesParameter = createParamDecorator((_data: unknown, context: ExecutionContext) => requiredScopes(requestOf(context)));

/**
 * Injects the user that the strategy's `validate` returned; `null` where nobody was identified, which happens only on
 * public routes, on routes that require nothing, and with a scheme that may be absent.
 *
 * @param pipes - Nest pipes that check or change the value
 * @example
 * @Get() @Scopes('me')
 * read(@CurrentUser(ActiveUserPipe) user: User) { return user; }
 */
export function CurrentUser(...pipes: Pipe[]): ParameterDecorator {
  return UserParameter(undefined, ...pipes);
}

/**
 * Injects the {@link Principal}: user, granted scopes, scheme and claims; `null` where nobody was identified.
 *
 * @param pipes - Nest pipes that check or change the value
 * @example
 * @Get() @Scopes('me')
 * read(@CurrentPrincipal() principal: Principal<User>) { return principal.scopes; }
 */
export function CurrentPrincipal(...pipes: Pipe[]): ParameterDecorator {
  return PrincipalParameter(undefined, ...pipes);
}

/**
 * Injects the {@link SecurityScopes} of the route: what it requires, not what the caller has. The object is the same for
 * all requests of the route, and empty where nothing is required. On a parameter of a dependency's `resolve` it is what that
 * dependency is asked for, by its own place in the tree and by those above it.
 *
 * @example
 * @Get() @Scopes('me')
 * read(@RequiredScopes() required: SecurityScopes) { return required.scopes; }
 *
 * @see FastAPI: a parameter of type `SecurityScopes`
 */
export function RequiredScopes(): ParameterDecorator {
  return (target, key, index) => {
    // In a dependency's `resolve` the scopes are those of its place in the tree.
    if (key !== undefined) recordParameter(target, key, { index, use: null });
    RequiredScopesParameter()(target, key, index);
  };
}

/** What the guard reads and writes of a request. */
interface GuardedRequest {
  readonly auth?: unknown;
}

/** The scopes required by the route that a request was let in to, from what the guard left on it. */
export function requiredScopes(request: GuardedRequest | undefined): SecurityScopes {
  return (request && requiredScopesOf(request.auth, request)) ?? NO_SCOPES;
}

function requestOf(context: ExecutionContext): GuardedRequest | undefined {
  return context.switchToHttp().getRequest<GuardedRequest | undefined>();
}

/** Only what the guard made for this request counts: other middleware may write `auth` too. */
function principalOf(context: ExecutionContext): Principal | null {
  const request = requestOf(context);
  if (request === undefined || requiredScopesOf(request.auth, request) === null) return null;
  const principal = request.auth as Principal;
  return principal.scheme === null ? null : principal;
}
