import { authorization } from './authorization.js';
import type { HTTPAuthorizationCredentials } from './authorization.js';
import { ABSENT, requireToken, SecurityScheme } from './scheme.js';
import type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/** Options of {@link HTTPBase}. */
export interface HTTPBaseOptions extends SchemeOptions {
  /** The authentication scheme, `DPoP` for example; compared without case, shown and challenged as given. */
  readonly scheme: string;
}

/**
 * `Authorization: <scheme> <credentials>` of any authentication scheme: the credentials are both parts, the scheme as it was sent.
 *
 * Another scheme, or the scheme alone, counts as not sent. It does NOT look into what follows the scheme. Throws
 * {@link AuthConfigurationError} when an option is wrong, `scheme` if it is no token.
 *
 * @example
 * const dpop = new HTTPBase({ scheme: 'DPoP' });
 *
 * @see FastAPI `fastapi.security.HTTPBase`, which takes credentials of any other scheme too
 * @see RFC 9110 §11.4
 */
export class HTTPBase extends SecurityScheme<HTTPAuthorizationCredentials> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme: string;

  constructor(options: HTTPBaseOptions) {
    super(options, 'scheme');
    requireToken(new.target.name, 'scheme', options.scheme);
    this.openapi = httpObject(options);
    this.challengeScheme = options.scheme;
  }

  extract(request: SchemeRequest): Extraction<HTTPAuthorizationCredentials> {
    return withSomething(authorization(request, this.challengeScheme));
  }
}

/** The OpenAPI object of an HTTP authentication scheme. */
export function httpObject({ scheme, description, bearerFormat }: HTTPBaseOptions & { readonly bearerFormat?: string }): Readonly<SecuritySchemeObject> {
  return Object.freeze({
    type: 'http',
    ...(description !== undefined && { description }),
    scheme,
    ...(bearerFormat !== undefined && { bearerFormat }),
  });
}

/** The scheme alone counts as absent. */
export function withSomething(extraction: Extraction<HTTPAuthorizationCredentials>): Extraction<HTTPAuthorizationCredentials> {
  return extraction.kind === 'credentials' && extraction.credentials.credentials === '' ? ABSENT : extraction;
}
