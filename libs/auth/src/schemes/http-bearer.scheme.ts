import type { HTTPAuthorizationCredentials } from './authorization.js';
import { bearerCredentials } from './bearer-token.js';
import { httpObject } from './http-base.scheme.js';
import { requireText, SecurityScheme } from './scheme.js';
import type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/** Options of {@link HTTPBearer}. */
export interface HTTPBearerOptions extends SchemeOptions {
  /** A hint for readers of the document, `JWT` for example. Not checked. */
  readonly bearerFormat?: string;
}

/**
 * `Authorization: Bearer <token>` without OAuth2: the credentials are the scheme as it was sent, and the token.
 *
 * It declares no scopes of its own, so any scope may be required of it. It does NOT check the token: its strategy does.
 * Throws {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * const bearer = new HTTPBearer({ bearerFormat: 'JWT' });
 * AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy: UserStrategy }] });
 *
 * @see FastAPI `fastapi.security.HTTPBearer`
 * @see RFC 6750 §2.1
 */
export class HTTPBearer extends SecurityScheme<HTTPAuthorizationCredentials> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'Bearer';

  constructor(options: HTTPBearerOptions = {}) {
    super(options, 'bearerFormat');
    if (options.bearerFormat !== undefined) requireText(new.target.name, 'bearerFormat', options.bearerFormat);
    this.openapi = httpObject({ ...options, scheme: 'bearer' });
  }

  extract(request: SchemeRequest): Extraction<HTTPAuthorizationCredentials> {
    return bearerCredentials(request);
  }
}
