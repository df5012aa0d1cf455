import type { Finding } from '../errors.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import type { FormClass } from '../forms/form.decorator.js';
import type { TreeNode } from '../dependencies/tree.js';
import type { AnyClass, Declaration, Use } from '../scopes/declarations.js';
import type { Requirement } from '../scopes/requirement.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';

/** Where a part of a requirement was declared. */
export interface RequirementSource {
  readonly level: DeclaredPart['level'];
  /** The class, method, guard or option that says it: `UsersController`, `UsersController.items`. */
  readonly declaredBy: string;
  /** How it says it: `@Scopes`, `@Security`, `ScopesGuard`. */
  readonly decorator: string;
  /** The scheme it names, or `anyOf(...)` of several; `null` when it is meant for the route's schemes, or names a dependency. */
  readonly scheme: string | null;
  /** The class of the dependency it names. */
  readonly dependency?: string;
  readonly scopes: readonly string[];
}

/** A declaration with the place it was found at. */
export interface DeclaredPart {
  readonly declaration: Declaration;
  readonly level: 'app' | 'class' | 'guard' | 'method' | 'parameter';
  /** The class, method, guard or option that says it. */
  readonly declaredBy: string;
}

/** A handler of a controller, as declared in code. */
export type Handler = (...args: never[]) => unknown;

/** One handler of one controller class, with all that is required for it. Frozen. */
export interface RouteRow {
  readonly controller: AnyClass;
  readonly handler: Handler;
  readonly methodName: string;
  /** `open`: nothing of ours says anything about it. `denied`: the same under `global: true`, which refuses everybody. */
  readonly access: 'protected' | 'public' | 'open' | 'denied';
  readonly requirement: Requirement;
  /** The part of it that the guard decides before anything is resolved: what strategies verify. */
  readonly verified: Requirement;
  readonly required: SecurityScopes;
  /** All that is declared for it, outermost first: app, classes, guard arguments, methods. */
  readonly parts: readonly DeclaredPart[];
  /** The required schemes that have no strategy: their credentials have to be there, and the code that takes them verifies them. */
  readonly unverified: readonly SecurityScheme[];
  /** What is resolved for each request, in order; `trees` are the same with all that is below. */
  readonly uses: readonly Use[];
  readonly trees: readonly TreeNode[];
  /** A dependency has `release`, so that it matters how the handler ends. */
  readonly isReleasing: boolean;
  /** The OAuth2 form that the handler, or a dependency of it, takes. */
  readonly form: FormClass | undefined;
  /** A required scheme reads the query, so that the URL holds a key. */
  readonly takesKeyFromUrl: boolean;
}

/** Whether everybody is refused: nothing is declared, or what is declared can be met in no way, which stops an application unless its audit only warns. */
export function isForNobody({ access, requirement }: RouteRow): boolean {
  return access === 'denied' || (access === 'protected' && requirement.length === 0);
}

/**
 * Every route of the application with its requirement: built once, at start, and read by the guard, the document, the
 * audit and the report. Keyed by class and handler, as controllers that inherit a handler share its function.
 */
export class RouteTable {
  readonly rows: readonly RouteRow[];
  readonly findings: readonly Finding[];
  readonly #byClass = new Map<object, Map<object, RouteRow>>();

  constructor(rows: readonly RouteRow[], findings: readonly Finding[]) {
    this.rows = Object.freeze([...rows]);
    this.findings = Object.freeze([...findings]);
    for (const row of rows) this.addHandler(row, row.handler);
  }

  /** The row of a handler, or `undefined` for a handler that is not a route. */
  find(controller: object, handler: object): RouteRow | undefined {
    return this.#byClass.get(controller)?.get(handler);
  }

  /** Whether a class has routes. */
  hasRoutesOf(controller: object): boolean {
    return this.#byClass.has(controller);
  }

  /** The rows of a class. */
  rowsOf(controller: object): readonly RouteRow[] {
    return [...new Set(this.#byClass.get(controller)?.values())];
  }

  /** Makes a row known by another function: an instance may have replaced the method, by `bind` in its constructor for example. */
  addHandler(row: RouteRow, handler: object): void {
    const handlers = this.#byClass.get(row.controller);
    if (handlers === undefined) this.#byClass.set(row.controller, new Map([[handler, row]]));
    else handlers.set(handler, row);
  }
}

/** The handlers of several rows, as controllers inherit them. */
export function sharedHandlers(rows: readonly RouteRow[]): ReadonlySet<Handler> {
  const seen = new Set<Handler>();
  const shared = new Set<Handler>();
  for (const { handler } of rows) (seen.has(handler) ? shared : seen).add(handler);
  return shared;
}
