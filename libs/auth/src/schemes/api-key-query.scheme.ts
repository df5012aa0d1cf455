import { apiKeyObject, soleKey } from './api-key.js';
import type { APIKeyOptions } from './api-key.js';
import { queryParameters } from './query.js';
import { requireText, SecurityScheme } from './scheme.js';
import type { Extraction, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/**
 * An API key in the query: the credentials are the decoded value.
 *
 * URLs end up in logs, histories and `Referer` fields: prefer {@link APIKeyHeader}. The answer is not cached
 * (`Cache-Control: no-store`). A key that is sent twice is answered with 400. It does NOT check the key: its strategy does.
 * Throws {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * const apiKey = new APIKeyQuery({ name: 'api_key' });
 *
 * @see FastAPI `fastapi.security.APIKeyQuery`
 */
export class APIKeyQuery extends SecurityScheme<string> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'APIKey';
  readonly #parameter: string;

  constructor(options: APIKeyOptions) {
    super(options, 'name');
    requireText(new.target.name, 'name', options.name);
    this.openapi = apiKeyObject(options, 'query');
    this.#parameter = options.name;
  }

  extract(request: SchemeRequest): Extraction<string> {
    return soleKey(queryParameters(request, this.#parameter));
  }
}
