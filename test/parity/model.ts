import type { PlacedRoute } from './controllers-of.js';
import { usesOf } from './controllers-of.js';
import type { ApplicationDeclaration, SentRequest, Use } from './declaration.js';
import { recordedAnswer } from './expected-answer.js';
import type { ExpectedAnswer } from './expected-answer.js';
import { runFunction, runHandler } from './functions.js';
import { plainReading } from './plain-reading.js';
import { Raised } from './raised.js';
import { refusalBy } from './readings.js';
import type { Reading } from './readings.js';
import { Trace } from './trace.js';

/** What FastAPI does, and is done otherwise here; each is a rule. */
export interface Dialect {
  /** `use_cache=False` counts in the lists of application, router and decorator. */
  readonly honoursUseCacheInLists: boolean;
  /** A scope that is asked for twice is one scope. */
  readonly dropsDuplicates: boolean;
  /** A handler's own `SecurityScopes` are those of the route, not nothing. */
  readonly tellsHandlersScopes: boolean;
}
export const FASTAPI: Dialect = { honoursUseCacheInLists: false, dropsDuplicates: false, tellsHandlersScopes: false };

/** One request to one route. */
export interface ModelledRequest {
  readonly declaration: ApplicationDeclaration;
  readonly placed: PlacedRoute;
  readonly request: SentRequest;
  /** What schemes make of the request, where it is not what FastAPI makes of it. */
  readonly readings: ReadonlyMap<string, Reading>;
}

/** The answer by the semantics of dependencies; `null` where a parameter is of a kind that the model does not know. */
export async function modelAnswer(modelled: ModelledRequest, dialect: Dialect): Promise<ExpectedAnswer | null> {
  try {
    return { status: 200, challenge: null, json: asJson(await new Solver(modelled, dialect).answer()) };
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    if (error instanceof Raised) return recordedAnswer({ status: error.status, headers: lowerCase(error.headers), json: { detail: error.detail } });
    if (error instanceof NotModelled) return null;
    throw error;
  }
}

class NotModelled extends Error {}
class Refusal extends Error {
  constructor(readonly answer: ExpectedAnswer) {
    super('refused');
  }
}

/** Solves dependencies strictly in order. @see ../shared/fastapi-parity/README.md, "What FastAPI does" 1-4 and 7 */
class Solver {
  readonly #trace = new Trace();
  readonly #cache = new Map<string, unknown>();

  constructor(
    private readonly modelled: ModelledRequest,
    private readonly dialect: Dialect,
  ) {}

  async answer(): Promise<unknown> {
    const { declaration, placed } = this.modelled;
    for (const use of placed.listed) await this.#solve(this.dialect.honoursUseCacheInLists ? use : { ...use, use_cache: true }, []);
    const params = placed.route.params ?? [];
    const told = this.dialect.tellsHandlersScopes ? this.#merged([], scopesIn(declaration, usesOf(placed))) : [];
    return runHandler(declaration, placed.route, await this.#values(params, [], told), this.#trace);
  }

  /** @param told - what `SecurityScopes` says, where it is not what is handed down */
  async #values(params: readonly Use[], scopes: readonly string[], told = scopes): Promise<ReadonlyMap<string, unknown>> {
    const values = new Map<string, unknown>();
    for (const use of params) values.set(use.name, use.kind === 'security_scopes' ? told : await this.#solve(use, scopes));
    return values;
  }

  async #solve(use: Use, above: readonly string[]): Promise<unknown> {
    const { declaration } = this.modelled;
    const { ref, kind, use_cache: readsCache = true } = use;
    if ((kind !== 'depends' && kind !== 'security') || ref === undefined) throw new NotModelled();
    const scopes = this.#merged(above, use.scopes ?? []);
    const called = declaration.overrides?.[ref] ?? ref;
    const below = await this.#values(declaration.dependencies?.[called]?.params ?? [], scopes);
    const key = JSON.stringify([ref, usesScopes(declaration, use) ? [...new Set(scopes)].sort() : null]);
    if (readsCache && this.#cache.has(key)) return this.#cache.get(key);
    const value = await this.#call(called, below);
    if (!this.#cache.has(key)) this.#cache.set(key, value);
    return value;
  }

  #call(name: string, values: ReadonlyMap<string, unknown>): unknown {
    const { declaration, request, readings } = this.modelled;
    const scheme = declaration.schemes?.[name];
    if (scheme === undefined) return runFunction(declaration, name, values, this.#trace);
    if (scheme.trace === true) this.#trace.add({ dep: name, n: this.#trace.count(name) });
    const reading = readings.get(name) ?? plainReading(scheme, request);
    if (reading === null) throw new NotModelled();
    const refusal = refusalBy(scheme, reading);
    if (refusal !== null) throw new Refusal(refusal);
    return reading.kind === 'value' ? reading.value : null;
  }

  #merged(above: readonly string[], own: readonly string[]): readonly string[] {
    const all = [...above, ...own];
    return this.dialect.dropsDuplicates ? [...new Set(all)] : all;
  }
}

/** The scopes count where the function has some of its own, takes them, is a scheme, or anything below it does. */
function usesScopes(declaration: ApplicationDeclaration, { ref = '', scopes = [], kind }: Use): boolean {
  if (kind === 'security_scopes' || scopes.length > 0 || Object.hasOwn(declaration.schemes ?? {}, ref)) return true;
  return (declaration.dependencies?.[ref]?.params ?? []).some((below) => usesScopes(declaration, below));
}

/** All scopes of a tree, those above first. */
function scopesIn(declaration: ApplicationDeclaration, uses: readonly Use[]): readonly string[] {
  return uses.flatMap(({ ref = '', scopes = [] }) => [...scopes, ...scopesIn(declaration, declaration.dependencies?.[ref]?.params ?? [])]);
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
