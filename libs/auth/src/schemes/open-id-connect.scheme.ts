import { bearerToken } from './bearer-token.js';
import { requireText, SecurityScheme } from './scheme.js';
import type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/** Options of {@link OpenIdConnect}. */
export interface OpenIdConnectOptions extends SchemeOptions {
  /** Where the provider describes itself, `https://id.example.com/.well-known/openid-configuration`. */
  readonly openIdConnectUrl: string;
}

/**
 * OpenID Connect: the credentials are the bearer token that the client got from the provider.
 *
 * The scopes are the provider's, so any scope may be required. It does NOT fetch `openIdConnectUrl`, which is for readers
 * of the document, and it does NOT check the token: its strategy does. Throws {@link AuthConfigurationError} when an option
 * is wrong.
 *
 * @example
 * const oidc = new OpenIdConnect({ openIdConnectUrl: 'https://id.example.com/.well-known/openid-configuration' });
 *
 * @see FastAPI `fastapi.security.OpenIdConnect`, whose value is the whole header
 * @see RFC 6750 §2.1
 */
export class OpenIdConnect extends SecurityScheme<string> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'Bearer';

  constructor(options: OpenIdConnectOptions) {
    super(options, 'openIdConnectUrl');
    const { openIdConnectUrl, description } = options;
    requireText(new.target.name, 'openIdConnectUrl', openIdConnectUrl);
    this.openapi = Object.freeze({ type: 'openIdConnect', ...(description !== undefined && { description }), openIdConnectUrl });
  }

  extract(request: SchemeRequest): Extraction<string> {
    return bearerToken(request);
  }
}
