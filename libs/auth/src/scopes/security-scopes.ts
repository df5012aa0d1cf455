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
  readonly #scopes: readonly string[];

  constructor(scopes: Iterable<string> = []) {
    this.#scopes = Object.freeze([...new Set(scopes)]);
    if (new.target === SecurityScopes) Object.freeze(this);
  }

  /** The scopes as a frozen list. */
  get scopes(): readonly string[] {
    return this.#scopes;
  }

  /** The scopes separated by spaces, as in a `scope` parameter (RFC 6749 §3.3). */
  get scopeStr(): string {
    return this.scopes.join(' ');
  }

  /** Whether every one of these scopes is required. */
  has(...scopes: readonly string[]): boolean {
    return scopes.every((scope) => this.scopes.includes(scope));
  }
}
