import { createParamDecorator, UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { credentialsOf } from '../decision/principal.js';
import { SecurityScheme } from '../schemes/scheme.js';
import { recordDeclaration, recordMethodDeclaration } from '../scopes/declarations.js';
import type { Declarant, Declaration } from '../scopes/declarations.js';
import { ScopesGuard } from './scopes.guard.js';

const Credentials = createParamDecorator((scheme: SecurityScheme, context: ExecutionContext): unknown => {
  const request = context.switchToHttp().getRequest<{ auth?: unknown } | undefined>();
  return request === undefined ? null : credentialsOf(request.auth, request, scheme);
});

/**
 * Injects what a scheme took out of the request, and requires it: a token, an API key, a user name with its password.
 *
 * It is `null` where the credentials are absent and may be (`autoError: false`). The scheme's strategy has verified them; of
 * a scheme registered without one they are NOT verified, and the handler has to. It binds {@link ScopesGuard} itself. A
 * scheme that is not registered in `AuthModule` stops the application at start.
 *
 * @param scheme - the scheme object that is registered
 * @example
 * @Get('whoami')
 * whoAmI(@Depends(apiKey) key: string) { ... }
 *
 * @see FastAPI `key: Annotated[str, Depends(scheme)]`
 */
export function Depends(scheme: SecurityScheme): ParameterDecorator {
  if (!(scheme instanceof SecurityScheme)) throw new TypeError('@Depends: give the scheme object, new APIKeyHeader({ ... }) for example.');
  return takingCredentials({ decorator: '@Depends', scopes: [], scheme });
}

/** Records the requirement on the method, binds the guard to it, and injects the credentials. */
export function takingCredentials(declared: Declaration & { readonly scheme: SecurityScheme }): ParameterDecorator {
  const declaration: Declaration = { ...declared, isTaken: true };
  return (target, key, index) => {
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || typeof index !== 'number' || typeof target === 'function' || typeof descriptor?.value !== 'function') {
      throw new TypeError(`${declaration.decorator} belongs on a parameter of a handler, read(${declaration.decorator}(scheme) value: string).`);
    }
    recordDeclaration(descriptor.value as Declarant, declaration);
    recordMethodDeclaration(target, key, declaration);
    UseGuards(ScopesGuard)(target, key, descriptor);
    Credentials(declared.scheme)(target, key, index);
  };
}
