import { OAuth2, schemeOptions } from './oauth2.scheme.js';
import { requireKnown } from './scheme.js';
import type { SchemeOptions } from './scheme.js';

/** Options of {@link OAuth2ClientCredentialsBearer}. */
export interface OAuth2ClientCredentialsBearerOptions extends SchemeOptions {
  /** Where the client gets a token: a URL, or a path relative to the document's server. */
  readonly tokenUrl: string;
  /** Where the client renews a token, if it can. */
  readonly refreshUrl?: string;
  /** The scopes that exist, with a description each. A route that requires another one does not start. @defaultValue `{}` */
  readonly scopes?: Readonly<Record<string, string>>;
}

/**
 * OAuth2 with a bearer token that a client got in its own name: a service that calls a service, without a user.
 *
 * The credentials are the token. It does NOT check the token (its strategy does) and it does NOT issue tokens. Throws
 * {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * export const oauth2 = new OAuth2ClientCredentialsBearer({
 *   tokenUrl: 'https://id.example.com/token',
 *   scopes: { report: 'Read reports.' },
 * });
 *
 * @see FastAPI has no such class; the same is `OAuth2` with the flow `clientCredentials`
 * @see RFC 6749 §4.4, RFC 6750 §2.1
 */
export class OAuth2ClientCredentialsBearer extends OAuth2 {
  constructor(options: OAuth2ClientCredentialsBearerOptions) {
    requireKnown(new.target.name, options, ['schemeName', 'description', 'autoError', 'tokenUrl', 'refreshUrl', 'scopes']);
    const { tokenUrl, refreshUrl, scopes = {} } = options;
    super({
      ...schemeOptions(options),
      flows: { clientCredentials: { scopes, tokenUrl, ...(refreshUrl !== undefined && { refreshUrl }) } },
    });
  }
}
