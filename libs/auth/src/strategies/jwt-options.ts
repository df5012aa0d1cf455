import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { JwtAlgorithm } from '../keys/verification-key.js';

/**
 * `jwt`: what common identity providers send: `typ` absent, `JWT` or `at+jwt`. `rfc9068`: `typ` is `at+jwt`, and
 * `client_id`, `iat` and `jti` are required as well.
 */
export type JwtProfile = 'jwt' | 'rfc9068';

/**
 * What {@link JwtStrategy} takes of one issuer. Names are passport-jwt's where it has one.
 *
 * The keys come from one of `secretOrKey`, `jwks` and `jwksUri`. Without any of them they are found through the issuer's
 * metadata: OpenID Connect Discovery 1.0 §4, or RFC 8414 §3.
 */
export interface JwtIssuerOptions {
  /** The `iss` claim, compared exactly. A URL where the keys are found through it. @see RFC 8725 §3.8 */
  readonly issuer: string;
  /** The `aud` claim must hold this text, or one of these, exactly. @see RFC 8725 §3.9 */
  readonly audience: string | readonly string[];
  /**
   * The claim that names the audience; `client_id` for issuers that leave `aud` out, as Cognito does: then `audience` is
   * the client. @defaultValue `'aud'`
   */
  readonly audienceClaim?: 'aud' | 'client_id';
  /**
   * The signature algorithms of the issuer; one for `secretOrKey`. A token never chooses it: each key is used with one
   * algorithm only, its own `alg` or, without one, the first of these that fits it. @see RFC 8725 §3.1
   */
  readonly algorithms: readonly [JwtAlgorithm, ...JwtAlgorithm[]];
  /**
   * The one key that verifies: PEM text, `KeyObject` or JWK of a public key, or for HS256/384/512 a secret of at least
   * 32/48/64 bytes (text, `Buffer` or `KeyObject`). Read once, when the strategy is made. Of a certificate in PEM only the
   * key is read, not its dates nor who issued it. A private key and a publicly known secret are refused.
   */
  readonly secretOrKey?: string | Uint8Array | KeyObject | JsonWebKey;
  /** The public keys that verify: a JWK Set, as JSON text or parsed. Read once. @see RFC 7517 §5 */
  readonly jwks?: string | { readonly keys: readonly JsonWebKey[] };
  /**
   * Where the issuer publishes its JWK Set, where it has no metadata. It is fetched when it is needed and kept for ten
   * minutes, or half of `maxStale` if that is less; an unknown `kid` fetches it anew, once in ten seconds at most. `https`, or `http` on loopback.
   */
  readonly jwksUri?: string;
  /** For how long fetched keys still count while the issuer cannot be reached: 60 to 86,400 seconds. @defaultValue 3600 */
  readonly maxStale?: number;
  /** `true`: the issuer is in a private network (10/8, 172.16/12, 192.168/16, fc00::/7). @defaultValue false: no such address is asked */
  readonly privateNetwork?: boolean;
  /** @defaultValue `'jwt'` */
  readonly profile?: JwtProfile;
  /** How far clocks may differ for `exp`, `nbf` and `iat`: 0 to 60 seconds. @defaultValue 5 */
  readonly clockTolerance?: number;
  /** The longest that a token may live, from `iat`, which it then needs, to `exp`, in seconds. @defaultValue no limit */
  readonly maxTokenAge?: number;
  /** The claims that may hold the scopes, the first one present counts. @defaultValue `['scope', 'scp']`, and `['scope']` for `rfc9068` */
  readonly scopeClaims?: readonly string[];
}

/** Options of {@link JwtStrategy}: those of its issuer, or `issuers` with those of several. */
export type JwtStrategyOptions = (JwtIssuerOptions | JwtIssuersOptions) & JwtCacheOptions;

/** Several issuers side by side. */
export interface JwtIssuersOptions {
  /** Each issuer once. A token is verified by the keys and the options of the issuer that it names, and by no others. */
  readonly issuers: readonly JwtIssuerOptions[];
}

/** What {@link JwtStrategy} remembers. */
export interface JwtCacheOptions {
  /**
   * How many tokens are remembered whose signature was verified, so that it need not be verified again. All other checks are
   * made for every request: times, revocation, scopes, and whether the key still counts. A token
   * takes 1 to 2 KiB of memory, and up to 100 KiB where an issuer signs hundreds of objects; 1,000,000 at most.
   * @defaultValue 0: none
   */
  readonly verifiedTokenCache?: number;
}
