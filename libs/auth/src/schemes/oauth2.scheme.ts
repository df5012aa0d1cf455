import { bearerToken } from './bearer-token.js';
import { checkedFlows, scopesOfFlows } from './oauth-flows.js';
import type { OAuthFlowsOptions } from './oauth-flows.js';
import { SecurityScheme } from './scheme.js';
import type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/** Options of {@link OAuth2}. */
export interface OAuth2Options extends SchemeOptions {
  /** How a client can get a token, by OpenAPI's names of the flows. @defaultValue `{}` */
  readonly flows?: OAuthFlowsOptions;
}

/**
 * OAuth2 with any flows: the credentials are the bearer token. The scopes that exist are those of all flows.
 *
 * It does NOT check the token (its strategy does) and it does NOT issue tokens. Throws {@link AuthConfigurationError} when
 * an option is wrong: an unknown flow, a URL that the flow needs.
 *
 * @example
 * const oauth2 = new OAuth2({
 *   flows: { clientCredentials: { tokenUrl: 'https://id.example.com/token', scopes: { report: 'Read reports.' } } },
 * });
 *
 * @see FastAPI `fastapi.security.OAuth2`, whose value is the whole header
 * @see RFC 6750 §2.1
 */
export class OAuth2 extends SecurityScheme<string> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes: Readonly<Record<string, string>>;
  readonly challengeScheme = 'Bearer';

  constructor(options: OAuth2Options = {}) {
    super(options, 'flows');
    const { description, flows = {} } = options;
    const checked = checkedFlows(new.target.name, flows);
    this.scopes = scopesOfFlows(checked);
    this.openapi = Object.freeze({ type: 'oauth2', ...(description !== undefined && { description }), flows: checked });
  }

  extract(request: SchemeRequest): Extraction<string> {
    return bearerToken(request);
  }
}

/** The options that name one flow, apart from those of every scheme. */
export function schemeOptions({ schemeName, description, autoError }: SchemeOptions): SchemeOptions {
  return {
    ...(schemeName !== undefined && { schemeName }),
    ...(description !== undefined && { description }),
    ...(autoError !== undefined && { autoError }),
  };
}
