import { apiKeyObject } from './api-key.js';
import type { APIKeyOptions } from './api-key.js';
import { isRepeated } from './field-lines.js';
import { ABSENT, AMBIGUOUS, requireToken, SecurityScheme } from './scheme.js';
import type { Extraction, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/**
 * An API key in a header field: the credentials are its value, as bytes in latin-1, without the white space around it.
 *
 * A key that is sent in two field lines is answered with 400. It does NOT check the key: its strategy does. Throws
 * {@link AuthConfigurationError} when an option is wrong, `name` if it is no field name.
 *
 * @example
 * const apiKey = new APIKeyHeader({ name: 'X-API-Key' });
 * AuthModule.forRoot({ schemes: [{ scheme: apiKey, strategy: KeyStrategy }] });
 *
 * @see FastAPI `fastapi.security.APIKeyHeader`
 */
export class APIKeyHeader extends SecurityScheme<string> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'APIKey';
  readonly #field: string;

  constructor(options: APIKeyOptions) {
    super(options, 'name');
    requireToken(new.target.name, 'name', options.name);
    this.openapi = apiKeyObject(options, 'header');
    this.#field = options.name.toLowerCase();
  }

  extract(request: SchemeRequest): Extraction<string> {
    const value = request.headers[this.#field];
    if (value === undefined) return ABSENT;
    if (typeof value !== 'string' || isRepeated(request, this.#field)) return AMBIGUOUS;
    return value === '' ? ABSENT : { kind: 'credentials', credentials: value };
  }
}
