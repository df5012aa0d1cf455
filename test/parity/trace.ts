/** One call of a function or scheme that is traced. */
export interface TraceEvent {
  readonly dep: string;
  /** How many times it was called in this request, with this one. */
  readonly n: number;
  /** Only of a function that takes its scopes. */
  readonly scopes?: readonly string[];
}

/** What was called in one request, in order. */
export class Trace {
  readonly events: TraceEvent[] = [];
  readonly #calls = new Map<string, number>();

  /** Counts a call. */
  count(dep: string): number {
    const n = (this.#calls.get(dep) ?? 0) + 1;
    this.#calls.set(dep, n);
    return n;
  }

  add(event: TraceEvent): void {
    this.events.push(event);
  }
}

const traces = new WeakMap<object, Trace>();

/** The trace of a request that a rebuilt application answers. */
export function traceOf(request: object): Trace {
  const trace = traces.get(request) ?? new Trace();
  traces.set(request, trace);
  return trace;
}
