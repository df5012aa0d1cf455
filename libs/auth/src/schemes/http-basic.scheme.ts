import { basicCredentials } from './basic-credentials.js';
import type { HTTPBasicCredentials } from './basic-credentials.js';
import { challengeLine, checkedRealm } from './challenge.js';
import type { ChallengeContext } from './challenge.js';
import { httpObject } from './http-base.scheme.js';
import { SecurityScheme } from './scheme.js';
import type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/** Options of {@link HTTPBasic}. */
export interface HTTPBasicOptions extends SchemeOptions {
  /** Names the protected space; browsers show it. Printable ASCII. @defaultValue the realm of `AuthModule.forRoot` */
  readonly realm?: string;
}

/**
 * `Authorization: Basic <base64 of user:password>`: the credentials are the user name and the password, decoded as UTF-8.
 *
 * Anything but canonical base64 of UTF-8 with a colon and without control characters is refused, also with
 * `autoError: false`. It does NOT check the password: its strategy does. Basic sends the password with every request: use
 * it over TLS only. Throws {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * const basic = new HTTPBasic({ realm: 'admin' });
 * AuthModule.forRoot({ schemes: [{ scheme: basic, strategy: PasswordStrategy }] });
 *
 * @see FastAPI `fastapi.security.HTTPBasic`
 * @see RFC 7617
 */
export class HTTPBasic extends SecurityScheme<HTTPBasicCredentials> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'Basic';
  readonly #realm: string | null;

  constructor(options: HTTPBasicOptions = {}) {
    super(options, 'realm');
    const { realm = '' } = options;
    this.openapi = httpObject({ ...options, scheme: 'basic' });
    // An empty one is none, as in FastAPI.
    this.#realm = realm === '' ? null : checkedRealm(new.target.name, realm);
  }

  extract(request: SchemeRequest): Extraction<HTTPBasicCredentials> {
    return basicCredentials(request);
  }

  /** @see RFC 7617 §2.1: `charset="UTF-8"` tells the client how to encode. */
  override challenges({ realm }: ChallengeContext): readonly string[] {
    return [challengeLine('Basic', { realm: this.#realm ?? realm, charset: 'UTF-8' })];
  }
}
