import type { PlacedRoute } from '../controllers-of.js';
import type { ApplicationDeclaration, SchemeDeclaration, SecurityRequirements } from '../declaration.js';
import { callbackSchemes, documentName, hasFunctions, schemesOfRoute } from '../used-schemes.js';

type Security = SecurityRequirements | null;

/** A deviation in the `security` of an operation; `null` where it does not apply. */
export interface SecurityRule {
  readonly name: string;
  readonly security: (earlier: SecurityRequirements, declaration: ApplicationDeclaration, placed: PlacedRoute) => Security;
}

export const SECURITY_RULES: readonly SecurityRule[] = [
  {
    // OpenAPI 3.1 §4.8.30: the keys of one entry are all required, entries are alternatives.
    name: 'openapi-and',
    security: (earlier) => (earlier.length > 1 ? [Object.assign({}, ...earlier) as Record<string, readonly string[]>] : null),
  },
  {
    // A scheme that may be absent makes two alternatives of each: with it and without it. Not where it must carry scopes.
    name: 'openapi-optional',
    security: (earlier, declaration, placed) => {
      // Where functions run they take the credentials, and enforce the scopes: nothing must carry them.
      const withScopes = hasFunctions(declaration) ? [] : placed.listed.filter(({ scopes = [] }) => scopes.length > 0).map(({ ref }) => ref);
      const optional = schemesOfRoute(declaration, placed).filter(({ ref, scheme }) => scheme.args?.['auto_error'] === false && !withScopes.includes(ref));
      if (optional.length === 0) return null;
      return optional.reduce((alternatives, { scheme }) => alternatives.flatMap((each) => [each, without(each, documentName(scheme))]), earlier);
    },
  },
];

function without(alternative: SecurityRequirements[number], name: string): SecurityRequirements[number] {
  return Object.fromEntries(Object.entries(alternative).filter(([key]) => key !== name));
}

type SchemeObjects = Readonly<Record<string, unknown>>;

/** A deviation in `components.securitySchemes`; `null` where it does not apply. */
export interface ComponentsRule {
  readonly name: string;
  readonly components: (earlier: SchemeObjects, declaration: ApplicationDeclaration) => SchemeObjects | null;
}

export const COMPONENTS_RULES: readonly ComponentsRule[] = [
  {
    // FastAPI refers to them in the callback and does not define them.
    name: 'callback-schemes',
    components: (earlier, declaration) => {
      const schemes = callbackSchemes(declaration);
      if (schemes.length === 0) return null;
      return { ...earlier, ...Object.fromEntries(schemes.map(({ scheme }) => [documentName(scheme), schemeObject(scheme)])) };
    },
  },
];

/** The object that FastAPI writes for a scheme that it does define. */
function schemeObject({ class: type, args = {} }: SchemeDeclaration): object {
  const { description, name, scheme, bearerFormat, openIdConnectUrl, flows = {} } = args;
  const described = typeof description === 'string' ? { description } : {};
  if (type.startsWith('APIKey')) return { type: 'apiKey', ...described, in: type.replace('APIKey', '').toLowerCase(), name };
  if (type === 'OpenIdConnect') return { type: 'openIdConnect', ...described, openIdConnectUrl };
  if (type === 'OAuth2') return { type: 'oauth2', ...described, flows };
  if (type.startsWith('OAuth2')) return { type: 'oauth2', ...described, flows: { [type === 'OAuth2PasswordBearer' ? 'password' : 'authorizationCode']: flowOf(args) } };
  return { type: 'http', ...described, scheme: scheme ?? type.replace('HTTP', '').toLowerCase(), ...(typeof bearerFormat === 'string' && { bearerFormat }) };
}

function flowOf({ tokenUrl, authorizationUrl, refreshUrl, scopes = {} }: Readonly<Record<string, unknown>>): object {
  return { scopes, tokenUrl, ...(authorizationUrl !== undefined && { authorizationUrl }), ...(refreshUrl !== undefined && { refreshUrl }) };
}
