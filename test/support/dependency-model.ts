/** A made-up application: dependencies that need later ones, and what one route takes. */
export interface MadeUpTree {
  readonly dependencies: readonly MadeUpDependency[];
  /** In FastAPI's order: application, class, method, parameters. */
  readonly levels: Readonly<Record<'app' | 'class' | 'method' | 'parameters', readonly MadeUpUse[]>>;
}
interface MadeUpDependency {
  readonly takesScopes: boolean;
  readonly uses: readonly MadeUpUse[];
}
export interface MadeUpUse {
  /** The number of a dependency, or the name of a scheme. */
  readonly of: number | string;
  readonly scopes: readonly string[];
  readonly useCache: boolean;
}

/** One call of a dependency: which, the how many-th in this request, and what its parameters got. */
export interface Call {
  readonly of: number;
  readonly n: number;
  readonly got: readonly unknown[];
}

/**
 * What one request calls, in order, and which scopes the document shows for each scheme: written from FastAPI's
 * semantics alone, to be compared with the library.
 */
export function modelOf({ dependencies, levels }: MadeUpTree): { readonly calls: readonly Call[]; readonly values: readonly unknown[]; readonly security: Readonly<Record<string, readonly string[]>> } {
  const calls: Call[] = [];
  const security: Record<string, string[]> = {};
  const cache = new Map<string, unknown>();

  const usesScopes = ({ of, scopes }: MadeUpUse): boolean => {
    if (scopes.length > 0 || typeof of === 'string') return true;
    const { takesScopes, uses } = dependencies[of] as MadeUpDependency;
    return takesScopes || uses.some(usesScopes);
  };

  // Scopes go down only, those above first; a scheme's value is what the request sends.
  const solve = (use: MadeUpUse, above: readonly string[]): unknown => {
    const scopes = unique([...above, ...use.scopes]);
    if (typeof use.of === 'string') {
      security[use.of] = unique([...(security[use.of] ?? []), ...scopes]);
      return `credentials of ${use.of}`;
    }
    const { takesScopes, uses } = dependencies[use.of] as MadeUpDependency;
    // What is below is solved before anybody asks whether the value is there already.
    const got = [...(takesScopes ? [scopes] : []), ...uses.map((below) => solve(below, scopes))];
    const key = JSON.stringify([use.of, usesScopes(use) ? [...scopes].sort() : null]);
    if (use.useCache && cache.has(key)) return cache.get(key);
    const n = calls.filter(({ of }) => of === use.of).length + 1;
    calls.push({ of: use.of, n, got });
    const value = `${String(use.of)}#${String(n)}`;
    // Not read is written all the same, and never overwritten.
    if (!cache.has(key)) cache.set(key, value);
    return value;
  };

  for (const use of [...levels.app, ...levels.class, ...levels.method]) solve(use, []);
  const values = levels.parameters.map((use) => solve(use, []));
  return { calls, values, security };
}

function unique(scopes: readonly string[]): string[] {
  return [...new Set(scopes)];
}
