import { OAuth2, schemeOptions } from './oauth2.scheme.js';
import { requireKnown } from './scheme.js';
import type { SchemeOptions } from './scheme.js';

/** Options of {@link OAuth2PasswordBearer}. */
export interface OAuth2PasswordBearerOptions extends SchemeOptions {
  /** Where the client gets a token: a URL, or a path relative to the document's server. */
  readonly tokenUrl: string;
  /** Where the client renews a token, if it can. */
  readonly refreshUrl?: string;
  /** The scopes that exist, with a description each. A route that requires another one does not start. @defaultValue `{}` */
  readonly scopes?: Readonly<Record<string, string>>;
}

/**
 * OAuth2 with a bearer token that the client got for a user name and a password.
 *
 * The credentials are the token. It does NOT check the token (its strategy does) and it does NOT issue tokens
 * (the route at `tokenUrl` does). Throws {@link AuthConfigurationError} when an option is wrong.
 *
 * The password grant hands the user's password to the client: use it for first-party clients only (RFC 9700 §2.4).
 *
 * @example
 * export const oauth2 = new OAuth2PasswordBearer({
 *   tokenUrl: 'token',
 *   scopes: { me: 'Read information about the current user.', items: 'Read items.' },
 * });
 *
 * @see FastAPI `fastapi.security.OAuth2PasswordBearer`
 * @see RFC 6749 §4.3, RFC 6750 §2.1
 */
export class OAuth2PasswordBearer extends OAuth2 {
  constructor(options: OAuth2PasswordBearerOptions) {
    requireKnown(new.target.name, options, ['schemeName', 'description', 'autoError', 'tokenUrl', 'refreshUrl', 'scopes']);
    const { tokenUrl, refreshUrl, scopes = {} } = options;
    super({
      ...schemeOptions(options),
      flows: { password: { scopes, tokenUrl, ...(refreshUrl !== undefined && { refreshUrl }) } },
    });
  }
}
