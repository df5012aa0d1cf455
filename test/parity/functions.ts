import { BEHAVIOURS } from './behaviours.js';
import type { ApplicationDeclaration, Check, FunctionDeclaration } from './declaration.js';
import { Raised } from './raised.js';
import { rendered } from './templates.js';
import type { Values } from './templates.js';
import type { Trace } from './trace.js';

/** Runs a function of an application: what it checks, then what it returns. The value of a parameter that takes scopes is their list. */
export function runFunction(declaration: ApplicationDeclaration, name: string, values: Values, trace: Trace): unknown {
  const { params = [], checks = [], returns, trace: isTraced = false, behaviour } = declaration.dependencies?.[name] ?? {};
  const n = trace.count(name);
  const scopes = params.filter(({ kind }) => kind === 'security_scopes').map((use) => values.get(use.name) as readonly string[])[0];
  if (isTraced) trace.add({ dep: name, n, ...(scopes !== undefined && { scopes }) });
  for (const check of checks) if (fails(check, scopes ?? [], values)) throw new Raised(check);
  if (behaviour !== undefined) return behaviourOf(behaviour)(values, declaration.data ?? {});
  return rendered(returns, { values, n, trace: trace.events });
}

/** Runs the handler of a route. */
export function runHandler(declaration: ApplicationDeclaration, { returns, behaviour }: Pick<FunctionDeclaration, 'returns' | 'behaviour'>, values: Values, trace: Trace): unknown {
  return behaviour === undefined ? rendered(returns, { values, trace: trace.events }) : behaviourOf(behaviour)(values, declaration.data ?? {});
}

function behaviourOf(name: string): NonNullable<(typeof BEHAVIOURS)[string]> {
  const behaviour = BEHAVIOURS[name];
  if (behaviour === undefined) throw new Error(`There is no behaviour ${name}.`);
  return behaviour;
}

function fails({ if_scopes_lack: needed, if_all_null: names, always = false }: Check, scopes: readonly string[], values: Values): boolean {
  if (needed !== undefined) return needed.some((scope) => !scopes.includes(scope));
  if (names !== undefined) return names.every((name) => (values.get(name) ?? null) === null);
  return always;
}
