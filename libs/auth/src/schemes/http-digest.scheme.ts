import { authorization } from './authorization.js';
import type { HTTPAuthorizationCredentials } from './authorization.js';
import { challengeLine } from './challenge.js';
import type { ChallengeContext } from './challenge.js';
import { httpObject, withSomething } from './http-base.scheme.js';
import { SecurityScheme } from './scheme.js';
import type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './scheme.js';

/**
 * `Authorization: Digest <parameters>`: the credentials are the scheme as it was sent, and the parameters as one text.
 *
 * It does NOT parse or check them: a {@link DigestStrategy} does, and it writes the challenge too. Without a strategy the
 * nonce of the challenge is random and nobody remembers it. Throws {@link AuthConfigurationError} when an option is wrong.
 *
 * @example
 * const digest = new HTTPDigest();
 * AuthModule.forRoot({ schemes: [{ scheme: digest, strategy: PasswordDigestStrategy }] });
 *
 * @see FastAPI `fastapi.security.HTTPDigest`
 * @see RFC 7616
 */
export class HTTPDigest extends SecurityScheme<HTTPAuthorizationCredentials> {
  readonly openapi: Readonly<SecuritySchemeObject>;
  readonly scopes = null;
  readonly challengeScheme = 'Digest';

  constructor(options: SchemeOptions = {}) {
    super(options);
    this.openapi = httpObject({ ...options, scheme: 'digest' });
  }

  extract(request: SchemeRequest): Extraction<HTTPAuthorizationCredentials> {
    return withSomething(authorization(request, 'digest'));
  }

  override challenges({ realm }: ChallengeContext): readonly string[] {
    return [challengeLine('Digest', { realm, qop: 'auth', algorithm: { token: 'SHA-256' }, nonce: crypto.randomUUID() })];
  }
}
