/**
 * The scopes that a route requires, merged from every place they are declared, outermost first, each once.
 *
 * What the route asks for, NOT what the caller has: that is `Principal.scopes`. The object of a route is frozen and
 * shared by all its requests.
 *
 * Get it with `@RequiredScopes()` on a parameter, which costs nothing. It can also be injected as a provider; that makes
 * everything which injects it request-scoped, which halves the throughput of a route, and it is empty before
 * `ScopesGuard` has run: read it in methods, not in constructors.
 *
 * @example
 * @Get('items')
 * @Scopes('items')
 * read(@RequiredScopes() required: SecurityScopes) {
 *   return required.scopeStr; // 'me items' in a controller with @Scopes('me')
 * }
 *
 * @see FastAPI `fastapi.security.SecurityScopes`
 */
export class SecurityScopes {
  /** The scopes as a frozen list. */
  readonly scopes: readonly string[];
  /** The scopes separated by spaces, as in a `scope` parameter (RFC 6749 §3.3). */
  readonly scopeStr: string;

  constructor(scopes: Iterable<string> = []) {
    this.scopes = Object.freeze([...new Set(scopes)]);
    this.scopeStr = this.scopes.join(' ');
    Object.freeze(this);
  }

  /** Whether every one of these scopes is required. */
  has(...scopes: readonly string[]): boolean {
    return scopes.every((scope) => this.scopes.includes(scope));
  }
}
