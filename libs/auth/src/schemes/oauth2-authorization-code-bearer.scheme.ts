import { OAuth2, schemeOptions } from './oauth2.scheme.js';
import { requireKnown } from './scheme.js';
import type { SchemeOptions } from './scheme.js';

/** Options of {@link OAuth2AuthorizationCodeBearer}. */
export interface OAuth2AuthorizationCodeBearerOptions extends SchemeOptions {
  /** Where the user logs in: a URL, or a path relative to the document's server. */
  readonly authorizationUrl: string;
  /** Where the client gets a token: a URL, or a path relative to the document's server. */
  readonly tokenUrl: string;
  /** Where the client renews a token, if it can. */
  readonly refreshUrl?: string;
  /** The scopes that exist, with a description each. A route that requires another one does not start. @defaultValue `{}` */
  readonly scopes?: Readonly<Record<string, string>>;
}

/**
 * OAuth2 with a bearer token that the client got for an authorization code, after the user logged in at the authorization server.
 *
 * The credentials are the token. It does NOT check the token (its strategy does) and takes no part in the login. Throws
 * {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * export const oauth2 = new OAuth2AuthorizationCodeBearer({
 *   authorizationUrl: 'https://id.example.com/authorize',
 *   tokenUrl: 'https://id.example.com/token',
 *   scopes: { items: 'Read items.' },
 * });
 *
 * @see FastAPI `fastapi.security.OAuth2AuthorizationCodeBearer`
 * @see RFC 6749 §4.1, RFC 6750 §2.1
 */
export class OAuth2AuthorizationCodeBearer extends OAuth2 {
  constructor(options: OAuth2AuthorizationCodeBearerOptions) {
    requireKnown(new.target.name, options, ['schemeName', 'description', 'autoError', 'authorizationUrl', 'tokenUrl', 'refreshUrl', 'scopes']);
    const { authorizationUrl, tokenUrl, refreshUrl, scopes = {} } = options;
    super({
      ...schemeOptions(options),
      flows: { authorizationCode: { scopes, authorizationUrl, tokenUrl, ...(refreshUrl !== undefined && { refreshUrl }) } },
    });
  }
}
