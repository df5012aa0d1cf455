import { invalidOption } from '../errors.js';
import { apiKeyObject, soleKey } from './api-key.js';
import type { APIKeyOptions } from './api-key.js';
import { cookies } from './cookies.js';
import { isCrossSite } from './cross-site.js';
import { requireToken, SecurityScheme } from './scheme.js';
import type { Extraction, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/** Options of {@link APIKeyCookie}. */
export interface APIKeyCookieOptions extends APIKeyOptions {
  /**
   * Origins of other sites whose pages may send the cookie with requests that change something, `https://app.example.com`.
   * @defaultValue none
   */
  readonly trustedOrigins?: readonly string[];
}

/**
 * An API key in a cookie: the credentials are its value, without the quotes around it, not decoded. No cookie middleware is needed.
 *
 * Browsers send cookies along by themselves, so a request other than GET, HEAD, OPTIONS and TRACE that comes from another
 * site's page (`Sec-Fetch-Site`, `Origin`) is answered with 403. A cookie that is sent twice is answered with 400. It does
 * NOT check the key: its strategy does. It does NOT set the cookie: use `HttpOnly; Secure; SameSite=Lax`.
 * Throws {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * const session = new APIKeyCookie({ name: 'session' });
 *
 * @see FastAPI `fastapi.security.APIKeyCookie`
 * @see RFC 6265 §4.2
 */
export class APIKeyCookie extends SecurityScheme<string> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'APIKey';
  readonly #cookie: string;
  readonly #trustedOrigins: readonly string[];

  constructor(options: APIKeyCookieOptions) {
    super(options, 'name', 'trustedOrigins');
    const { name, trustedOrigins = [] } = options;
    requireToken(new.target.name, 'name', name);
    this.openapi = apiKeyObject(options, 'cookie');
    this.#cookie = name;
    this.#trustedOrigins = checkedOrigins(new.target.name, trustedOrigins);
  }

  extract(request: SchemeRequest): Extraction<string> {
    const extraction = soleKey(cookies(request, this.#cookie));
    return extraction.kind === 'credentials' && isCrossSite(request, this.#trustedOrigins) ? { kind: 'cross-site' } : extraction;
  }
}

function checkedOrigins(where: string, origins: unknown): readonly string[] {
  const isOrigin = (value: unknown): boolean => typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
  if (Array.isArray(origins) && origins.every(isOrigin)) return Object.freeze([...(origins as readonly string[])]);
  throw invalidOption(where, 'trustedOrigins is not a list of origins', "give scheme and host alone, ['https://app.example.com'].");
}
