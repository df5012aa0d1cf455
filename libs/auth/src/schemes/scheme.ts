import { invalidOption } from '../errors.js';

/** An OpenAPI Security Scheme Object (OpenAPI 3.1 §4.8.27) as the schemes of this library write it. */
export interface SecuritySchemeObject {
  type: 'apiKey' | 'http' | 'oauth2' | 'openIdConnect';
  description?: string;
  scheme?: string;
  bearerFormat?: string;
  flows?: { password?: { tokenUrl: string; refreshUrl?: string; scopes: Record<string, string> } };
}

/** What a scheme reads of a request: Node's `IncomingMessage`, Express's request, or Fastify's with the former under `raw`. */
export interface SchemeRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders?: readonly string[];
  readonly raw?: { readonly rawHeaders?: readonly string[] };
}

/**
 * What a scheme found in a request.
 * `malformed`: credentials of this scheme that break its syntax. `ambiguous`: sent twice, so that two readers could disagree.
 */
export type Extraction<Credentials> =
  | { readonly kind: 'credentials'; readonly credentials: Credentials }
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'ambiguous' };

/** Options that every scheme takes. */
export interface SchemeOptions {
  /** The name in `components.securitySchemes`. @defaultValue the name of the class */
  readonly schemeName?: string;
  /** Shown on the Swagger page. */
  readonly description?: string;
  /**
   * `false`: the credentials may be absent, the caller is then anonymous, on routes that require no scope.
   * Credentials that were sent and are bad are refused all the same.
   * @defaultValue true
   */
  readonly autoError?: boolean;
}

/**
 * Where credentials travel in a request, with the OpenAPI object that says so. It takes them out; it does not check them.
 *
 * @see FastAPI `fastapi.security.base.SecurityBase`
 */
export abstract class SecurityScheme<Credentials = unknown> {
  /** The name in `components.securitySchemes`. Unique in an application. */
  readonly name: string;
  /** `false`: the credentials may be absent. */
  readonly autoError: boolean;
  /** The OpenAPI Security Scheme Object, frozen. */
  abstract readonly openapi: Readonly<SecuritySchemeObject>;
  /** The scopes that exist, with their descriptions; `null` where the scheme has no catalogue and any scope may be required. */
  abstract readonly scopes: Readonly<Record<string, string>> | null;
  /** The authentication scheme of the challenge, `Bearer` for example. @see RFC 9110 §11.6.1 */
  abstract readonly challengeScheme: string;

  protected constructor(options: SchemeOptions) {
    const where = new.target.name;
    const { schemeName = new.target.name, description, autoError = true } = options;
    if (typeof schemeName !== 'string' || !COMPONENT_NAME.test(schemeName)) {
      throw invalidOption(where, `schemeName is ${shown(schemeName)}`, 'give a name of letters, digits, ".", "-" and "_" (OpenAPI 3.1 §4.8.7).');
    }
    if (description !== undefined) requireText(where, 'description', description);
    if (typeof autoError !== 'boolean') throw invalidOption(where, `autoError is ${shown(autoError)}`, 'give true or false.');
    this.name = schemeName;
    this.autoError = autoError;
  }

  /** Takes the credentials out of a request. Never throws, whatever a client sends. */
  abstract extract(request: SchemeRequest): Extraction<Credentials>;
}

const COMPONENT_NAME = /^[A-Za-z0-9._-]+$/;

/** Refuses an option that is not a text with something in it. */
export function requireText(where: string, field: string, value: unknown): void {
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalidOption(where, `${field} is ${shown(value)}`, `give ${field} as a text that is not empty.`);
  }
}

/** A wrong option's value for an error message: its kind only, as the value may be a secret. */
export function shown(value: unknown): string {
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'a list';
  return value === null || value === undefined ? String(value) : `of type ${typeof value}`;
}
