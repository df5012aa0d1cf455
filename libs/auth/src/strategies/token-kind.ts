import type { Claims } from './claims.js';

/**
 * Where providers say what a token is: `token_type` in introspection (RFC 7662 §2.2), `token_use` of Cognito and Hydra, `typ`
 * of Keycloak.
 */
const NAMES = ['token_type', 'token_use', 'typ'];
/** How they call an access token that is sent as it is. Of a refresh token Keycloak says `Refresh`, Hydra `refresh_token`. */
const ACCESS_TOKEN = ['bearer', 'access', 'access_token', 'at+jwt', 'application/at+jwt'];

/** What the claims say that a token is; every word of theirs counts. `unsaid`: oidc-provider says nothing of a refresh token. */
export function kindOfToken(claims: Claims): 'access' | 'other' | 'unsaid' {
  const words = NAMES.map((name) => claims[name]).filter((word) => word !== undefined);
  if (words.length === 0) return 'unsaid';
  return words.every((word) => typeof word === 'string' && ACCESS_TOKEN.includes(word.toLowerCase())) ? 'access' : 'other';
}
