import { invalidOption } from '../errors.js';

/** What a challenge may say about the refusal. */
export interface ChallengeContext {
  /** Names the protected space. */
  readonly realm: string;
  /** The scopes that the route requires, separated by spaces; empty for none. */
  readonly scope: string;
  /** `null` for a caller who sent no credentials. @see RFC 6750 §3.1 */
  readonly error: 'invalid_token' | 'invalid_request' | 'insufficient_scope' | null;
  /** Where clients learn who issues tokens for it; `null` without the option `resource`. @see RFC 9728 §5.1 */
  readonly resourceMetadata: string | null;
  /** The credentials were right, but their nonce is not good any more. @see RFC 7616 §3.3 */
  readonly isStale: boolean;
}

/** The value of a challenge's parameter; a token is written as it is, a text in quotes. */
type Parameter = string | { readonly token: string };

/** One challenge as a `WWW-Authenticate` field line. @see RFC 9110 §11.6.1 */
export function challengeLine(scheme: string, parameters: Readonly<Record<string, Parameter>>): string {
  const written = Object.entries(parameters).map(([name, value]) => `${name}=${typeof value === 'string' ? quoted(value) : value.token}`);
  return `${scheme} ${written.join(', ')}`;
}

/** What Bearer says beside the realm. @see RFC 6750 §3, RFC 9728 §5.1 */
export function bearerParameters({ error, scope, resourceMetadata }: ChallengeContext): Readonly<Record<string, string>> {
  return {
    ...(error !== null && { error }),
    ...(scope !== '' && { scope }),
    ...(resourceMetadata !== null && { resource_metadata: resourceMetadata }),
  };
}

/** @see RFC 9110 §5.6.4: quoted-string */
function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A realm as given in options; one that cannot stand in a header is an error at start, not a 500 at a request. */
export function checkedRealm(where: string, realm: unknown): string {
  if (typeof realm === 'string' && /^[\x20-\x7E]+$/.test(realm)) return realm;
  throw invalidOption(where, 'realm is not a text of printable ASCII', "give a short name of what is protected, 'api' (RFC 9110 §11.5).");
}
