import * as api from 'nestjs-scopes';
import type { HTTPBearer, NotAuthenticatedError, SchemeRegistration, SchemeRequest, SecurityScheme, StrategyInstance } from 'nestjs-scopes';
import { placedRoutes, usesOf } from './controllers-of.js';
import type { ApplicationDeclaration, SchemeDeclaration } from './declaration.js';
import { traceOf } from './trace.js';
import { hasFunctions, usedSchemes } from './used-schemes.js';

/** Any of the scheme classes: what they share is no abstract class to the compiler. */
type SchemeClass = new (options: object) => HTTPBearer;

/** The scheme objects of an application, by their name in the declaration. */
export type SchemeObjects = ReadonlyMap<string, SecurityScheme>;

/** Makes the schemes that an application uses. */
export function schemeObjects(declaration: ApplicationDeclaration): SchemeObjects {
  return new Map(usedSchemes(declaration).map(({ ref, scheme }) => [ref, schemeObject(ref, scheme)]));
}

function schemeObject(ref: string, { class: name, trace: isTraced = false, args = {}, subclass_name: subclass, not_authenticated_override: override }: SchemeDeclaration): SecurityScheme {
  const Scheme = (api as unknown as Readonly<Record<string, SchemeClass>>)[name];
  if (Scheme === undefined) throw new Error(`nestjs-scopes has no class ${name}.`);
  if (subclass === undefined && override === undefined && !isTraced) return new Scheme(optionsOf(args));
  const Declared = class extends Scheme {
    override extract(request: SchemeRequest): ReturnType<HTTPBearer['extract']> {
      if (isTraced) {
        const trace = traceOf(request);
        trace.add({ dep: ref, n: trace.count(ref) });
      }
      return super.extract(request);
    }

    override makeNotAuthenticatedError(message: string, challenges: readonly string[]): NotAuthenticatedError {
      if (override === undefined) return super.makeNotAuthenticatedError(message, challenges);
      return { status: override.status, message: override.detail, headers: override.headers ?? {} };
    }
  };
  Object.defineProperty(Declared, 'name', { value: subclass ?? name });
  return new Declared(optionsOf(args));
}

/** FastAPI's parameter names in ours: `auto_error` is `autoError`. A parameter that is null was not given. */
function optionsOf(args: Readonly<Record<string, unknown>>): object {
  const given = Object.entries(args).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]));
}

/**
 * The schemes as `AuthModule` takes them. They only take credentials out of the request, as FastAPI's do; a scheme that is
 * required without a parameter that takes its credentials needs a strategy here, and gets one that grants everything. Strategies
 * come before functions; where the order matters, dependency classes take the credentials.
 */
export function registrations(declaration: ApplicationDeclaration, schemes: SchemeObjects): readonly SchemeRegistration[] {
  if (hasFunctions(declaration)) return [...schemes.values()].map((scheme) => ({ scheme }));
  const routes = placedRoutes(declaration);
  const granted = grantingAll(routes.flatMap(usesOf).flatMap(({ scopes }) => scopes ?? []));
  const listed = new Set(routes.flatMap((route) => route.listed.map(({ ref }) => ref)));
  return [...schemes].map(([ref, scheme]) => (listed.has(ref) ? { scheme, strategy: granted } : { scheme }));
}

function grantingAll(scopes: readonly string[]): new () => StrategyInstance {
  return class GrantingStrategy implements StrategyInstance {
    /** What runs the strategy puts it there. */
    declare readonly success: (user: object, info: object) => void;

    authenticate(): void {
      this.success({}, { scope: [...new Set(scopes)].join(' ') });
    }
  };
}
