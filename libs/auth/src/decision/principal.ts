import type { SecurityScopes } from '../scopes/security-scopes.js';

/** The scopes required by the route that let this request in, or `null` when the guard did not make the value for it. */
export let requiredScopesOf: (value: unknown, request: object) => SecurityScopes | null;

/** What a principal is made of. */
export interface PrincipalParts<User> {
  readonly user: User;
  readonly scopes: readonly string[];
  readonly scheme: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Who calls: frozen, made by `ScopesGuard`, and kept as `request.auth`; its user is also `request.user`.
 *
 * On a route that requires several schemes it is the caller of the first one. A caller who sent nothing, where that is
 * allowed, has `scheme: null`.
 *
 * @example
 * @Get('audit')
 * @Scopes('audit')
 * list(@CurrentPrincipal() principal: Principal<User>) {
 *   return this.audit.list({ by: principal.user, token: principal.claims['jti'] });
 * }
 */
export class Principal<User = unknown> {
  /** What the strategy's `validate` returned. */
  readonly user: User;
  /** The scopes that the caller was granted. What the route requires is in `SecurityScopes`. */
  readonly scopes: readonly string[];
  /** The name of the scheme that the caller was identified with. */
  readonly scheme: string | null;
  /** The claims of a verified token, frozen; empty for a strategy that has none. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whose requirement was met: only for this route does the principal count. */
  readonly #required: SecurityScopes;
  /** And only for this request: one that was copied to another says nothing there. */
  readonly #request: object;

  constructor({ user, scopes, scheme, claims }: PrincipalParts<User>, required: SecurityScopes, request: object) {
    this.user = user;
    this.scopes = scopes;
    this.scheme = scheme;
    this.claims = claims;
    this.#required = required;
    this.#request = request;
    Object.freeze(this);
  }

  static {
    requiredScopesOf = (value, request) =>
      typeof value === 'object' && value !== null && #required in value && value.#request === request ? value.#required : null;
  }
}
