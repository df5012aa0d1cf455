import type { SecurityScheme } from '../schemes/scheme.js';
import type { SecurityCombination } from '../scopes/expression.js';

/**
 * A class that hands a value to the parameters that ask for it: FastAPI's "dependable". Nest makes it, once, as any
 * provider; `resolve` is called for a request.
 *
 * The parameters of `resolve` are decorated: `@Depends` and `@Security` for other dependencies and schemes,
 * `@RequiredScopes()` for the scopes that were asked for above it, and Nest's own for the request (`@Req`, `@Headers`,
 * `@Query`, `@Param`, those of `createParamDecorator`), with their pipes. An exception that it throws is the answer.
 *
 * @example
 * @Injectable()
 * export class CurrentUser implements Dependency<User> {
 *   constructor(private readonly users: UsersService) {}
 *
 *   async resolve(@RequiredScopes() required: SecurityScopes, @Depends(oauth2) token: string): Promise<User> { ... }
 * }
 *
 * @see FastAPI `Depends`, and `yield` in dependencies for `release`
 */
export interface Dependency<Value = unknown> {
  /** The value, or a promise of it. */
  resolve(...parameters: never[]): Value | Promise<Value>;

  /**
   * Called for each value after the response was sent, in the reverse order of their making. What it throws is logged.
   *
   * @param value - what `resolve` returned
   * @param error - what the handler, a pipe, or another dependency threw; `undefined` where all went well
   */
  release?(value: Value, error: unknown): void | Promise<void>;
}

/** A class of dependencies: what `@Depends` and `@Security` take beside schemes. */
export type DependencyClass<Value = unknown> = abstract new (...parameters: never[]) => Dependency<Value>;

/** What a parameter gets: the credentials of a scheme, those of combined schemes, or what a dependency resolves to. */
export type ValueOf<What> = What extends SecurityScheme<infer Value> | SecurityCombination<infer Value>
  ? Value
  : What extends abstract new (...parameters: never[]) => { resolve(...parameters: never[]): infer Value }
    ? Awaited<Value>
    : never;
