import { invalidOption } from '../errors.js';
import { bearerParameters, challengeLine } from './challenge.js';
import type { ChallengeContext } from './challenge.js';

/** An OpenAPI Security Scheme Object (OpenAPI 3.1 §4.8.27) as the schemes of this library write it. */
export interface SecuritySchemeObject {
  type: 'apiKey' | 'http' | 'oauth2' | 'openIdConnect';
  description?: string;
  name?: string;
  in?: 'cookie' | 'header' | 'query';
  scheme?: string;
  bearerFormat?: string;
  flows?: OAuthFlowsObject;
  openIdConnectUrl?: string;
}

/** An OpenAPI OAuth Flow Object (OpenAPI 3.1 §4.8.29); which URLs it has depends on the flow. */
export interface OAuthFlowObject {
  authorizationUrl?: string;
  tokenUrl?: string;
  refreshUrl?: string;
  scopes: Record<string, string>;
}

/** An OpenAPI OAuth Flows Object (OpenAPI 3.1 §4.8.28). */
export type OAuthFlowsObject = Partial<Record<'implicit' | 'password' | 'clientCredentials' | 'authorizationCode', OAuthFlowObject>>;

/** What is read of a request: Node's `IncomingMessage`, Express's request, or Fastify's with the former under `raw`. */
export interface SchemeRequest {
  readonly method?: string;
  /** The target as a router may have rewritten it, and as it was sent. */
  readonly url?: string;
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders?: readonly string[];
  /** What a body parser made of the body, if one ran. */
  readonly body?: unknown;
  readonly socket?: object;
  readonly raw?: { readonly method?: string; readonly url?: string; readonly rawHeaders?: readonly string[]; readonly socket?: object };
}

/**
 * What a scheme found in a request.
 * `malformed`: credentials of this scheme that break its syntax. `ambiguous`: sent twice, so that two readers could disagree.
 * `cross-site`: a browser sent them along, for a page of another site.
 */
export type Extraction<Credentials> =
  | { readonly kind: 'credentials'; readonly credentials: Credentials }
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'cross-site' };

export const ABSENT = Object.freeze({ kind: 'absent' }) satisfies Extraction<never>;
export const MALFORMED = Object.freeze({ kind: 'malformed' }) satisfies Extraction<never>;
export const AMBIGUOUS = Object.freeze({ kind: 'ambiguous' }) satisfies Extraction<never>;

/** Options that every scheme takes. */
export interface SchemeOptions {
  /** The name in `components.securitySchemes`. @defaultValue the name of the class */
  readonly schemeName?: string;
  /** Shown on the Swagger page. */
  readonly description?: string;
  /**
   * `false`: the credentials may be absent, the caller is then anonymous. Not where scopes are required, unless a parameter
   * takes the credentials of a scheme without a strategy: the handler then enforces the scopes, and gets `null`.
   * Credentials that were sent and are bad are refused all the same.
   * @defaultValue true
   */
  readonly autoError?: boolean;
}

/** The answer to a caller who could not be identified. */
export interface NotAuthenticatedError {
  /** An HTTP status from 400 to 599. */
  readonly status: number;
  /** `message` of the body: a text, or any value that JSON can hold. */
  readonly message: unknown;
  /** Response headers; a list is sent as one field line each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Where credentials travel in a request, with the OpenAPI object that says so. It takes them out; it does not check them.
 *
 * A subclass may replace the challenge, or the whole answer to a caller who could not be identified:
 *
 * @example
 * class HTTPBearer403 extends HTTPBearer {
 *   override makeNotAuthenticatedError() {
 *     return { status: 403, message: 'Not authenticated' };
 *   }
 * }
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

  /** @param own - the names of the options that a subclass adds; others are an error */
  protected constructor(options: SchemeOptions, ...own: readonly string[]) {
    const where = new.target.name;
    requireKnown(where, options, ['schemeName', 'description', 'autoError', ...own]);
    const { schemeName = new.target.name, description, autoError = true } = options;
    if (typeof schemeName !== 'string' || !COMPONENT_NAME.test(schemeName)) {
      throw invalidOption(where, `schemeName is ${typeof schemeName === 'string' ? JSON.stringify(schemeName) : shown(schemeName)}`, 'give a name of letters, digits, ".", "-" and "_" (OpenAPI 3.1 §4.8.7).');
    }
    if (description !== undefined) requireText(where, 'description', description);
    if (typeof autoError !== 'boolean') throw invalidOption(where, `autoError is ${shown(autoError)}`, 'give true or false.');
    this.name = schemeName;
    this.autoError = autoError;
  }

  /** Takes the credentials out of a request. Never throws, whatever a client sends. */
  abstract extract(request: SchemeRequest): Extraction<Credentials>;

  /**
   * What a refused caller is told to send: one `WWW-Authenticate` field line each. A strategy that needs more, as Digest
   * does, writes them itself.
   *
   * @see RFC 9110 §11.6.1
   */
  challenges(context: ChallengeContext): readonly string[] {
    const parameters = isBearer(this) ? bearerParameters(context) : {};
    return [challengeLine(this.challengeScheme, { realm: context.realm, ...parameters })];
  }

  /**
   * The answer to a caller who could not be identified, where this scheme alone could have done it; of several
   * alternatives only the challenges are taken.
   *
   * @param message - what the body says otherwise
   * @param challenges - the field lines that are sent otherwise
   * @see FastAPI `make_not_authenticated_error`
   */
  makeNotAuthenticatedError(message: string, challenges: readonly string[]): NotAuthenticatedError {
    return { status: 401, message, headers: { 'WWW-Authenticate': challenges } };
  }
}

/** Whether a scheme takes bearer tokens, and says so in its challenge. @see RFC 6750 */
export function isBearer({ challengeScheme }: SecurityScheme): boolean {
  return challengeScheme === 'Bearer';
}

const COMPONENT_NAME = /^[A-Za-z0-9._-]+$/;

/** Refuses options that are missing altogether, or that nobody knows: a slip of the pen would otherwise be the default. */
export function requireKnown(where: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalidOption(where, `the options are ${shown(options)}`, `give an object with ${names.join(', ')}.`);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidOption(where, `${unknown} is not an option`, `remove it; the options are ${names.join(', ')}.`);
}

/** Refuses an option that is not a text with something in it. */
export function requireText(where: string, field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalidOption(where, `${field} is ${shown(value)}`, `give ${field} as a text that is not empty.`);
  }
}

/** @see RFC 9110 §5.6.2: token */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Refuses an option that is not a token of HTTP, which names of fields, cookies and authentication schemes are. */
export function requireToken(where: string, field: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && TOKEN.test(value)) return;
  throw invalidOption(where, `${field} is ${typeof value === 'string' && value !== '' ? 'not a token' : shown(value)}`, `give ${field} as letters, digits and any of !#$%&'*+-.^_\`|~, without spaces (RFC 9110 §5.6.2).`);
}

/** A wrong option's value for an error message: its kind only, as the value may be a secret. */
export function shown(value: unknown): string {
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'a list';
  return value === null || value === undefined ? String(value) : `of type ${typeof value}`;
}
