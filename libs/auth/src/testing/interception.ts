/** Stands before a method: answers itself, or hands on with `next`. */
type Interceptor<Method> = Method extends (...parameters: infer Parameters) => infer Result ? (next: (...parameters: Parameters) => Result, ...parameters: Parameters) => Result : never;
type AnyMethod = (...parameters: unknown[]) => unknown;
type AnyInterceptor = Interceptor<AnyMethod>;

/** What stands before the methods of an object, by name, in order. */
const interceptors = new WeakMap<object, Map<string, Set<AnyInterceptor>>>();

/**
 * Puts a function before a method of this one object; its class stays as it is. Several may be there at the same time, and
 * go in any order: with the last one the object has its own method again.
 *
 * @returns takes it away
 */
export function intercept<Target extends object, Name extends keyof Target & string>(target: Target, name: Name, interceptor: Interceptor<Target[Name]>): () => void {
  const chain = chainOf(target, name);
  if (chain.size === 0) {
    const own = (target[name] as AnyMethod).bind(target);
    const value: AnyMethod = (...parameters) => handedOn([...chain], own, parameters);
    Object.defineProperty(target, name, { configurable: true, writable: true, value });
  }
  chain.add(interceptor);
  return () => {
    chain.delete(interceptor);
    if (chain.size === 0) Reflect.deleteProperty(target, name);
  };
}

function chainOf(target: object, name: string): Set<AnyInterceptor> {
  const ofTarget = interceptors.get(target) ?? new Map<string, Set<AnyInterceptor>>();
  const chain = ofTarget.get(name) ?? new Set();
  interceptors.set(target, ofTarget.set(name, chain));
  return chain;
}

function handedOn(chain: readonly AnyInterceptor[], own: AnyMethod, parameters: unknown[]): unknown {
  const [first, ...others] = chain;
  return first === undefined ? own(...parameters) : first((...handed) => handedOn(others, own, handed), ...parameters);
}
