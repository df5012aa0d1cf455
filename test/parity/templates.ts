import type { TraceEvent } from './trace.js';

/** What templates are filled with: the values of parameters by name, and what happened so far. */
export interface TemplateContext {
  readonly values: Values;
  /** How often the function was called in this request. */
  readonly n?: number;
  readonly trace?: readonly TraceEvent[];
}
export type Values = ReadonlyMap<string, unknown>;

const PLACEHOLDERS = ['$param', '$scopes', '$scope_str', '$n', '$calls', '$trace', '$first_non_null'];

/** What a function returns: a template with the values of its parameters put in. Scopes are a list of texts. */
export function rendered(template: unknown, context: TemplateContext): unknown {
  if (Array.isArray(template)) return template.map((member) => rendered(member, context));
  if (typeof template !== 'object' || template === null) return template;
  const placeholder = placeholderOf(template);
  if (placeholder === null) return Object.fromEntries(Object.entries(template).map(([key, member]) => [key, rendered(member, context)]));
  const [name, argument] = placeholder;
  const { values, n = 0, trace = [] } = context;
  switch (name) {
    case '$n':
      return n;
    case '$calls':
      return Object.fromEntries(trace.map(({ dep }) => [dep, trace.filter((event) => event.dep === dep).length]));
    case '$trace':
      return [...trace];
    case '$scope_str':
      return (values.get(String(argument)) as readonly string[]).join(' ');
    case '$first_non_null':
      return firstNonNull(argument as readonly string[], values);
    default:
      return values.get(String(argument)) ?? null;
  }
}

function firstNonNull(names: readonly string[], values: Values): unknown {
  const from = names.find((name) => (values.get(name) ?? null) !== null);
  return from === undefined ? null : { from, value: values.get(from) };
}

/** Whether all placeholders of a template are known here. */
export function isRenderable(template: unknown): boolean {
  if (typeof template !== 'object' || template === null) return true;
  const placeholder = Array.isArray(template) ? null : placeholderOf(template);
  if (placeholder !== null) return PLACEHOLDERS.includes(placeholder[0]);
  return Object.values(template).every(isRenderable);
}

/** The values of parameters that can be read off an answer. */
export function recordedValues(template: unknown, answer: unknown): Values {
  if (typeof template !== 'object' || template === null) return new Map();
  const [name, argument] = placeholderOf(template) ?? [];
  if (name === '$param') return new Map([[String(argument), answer]]);
  if (name === '$first_non_null') {
    const { from, value } = (answer ?? {}) as { from?: string; value?: unknown };
    return from === undefined ? new Map() : new Map([[from, value]]);
  }
  if (name !== undefined || typeof answer !== 'object' || answer === null) return new Map();
  return new Map(Object.entries(template).flatMap(([key, member]) => [...recordedValues(member, Reflect.get(answer, key))]));
}

function placeholderOf(template: object): readonly [name: string, argument: unknown] | null {
  const [entry, ...others] = Object.entries(template) as (readonly [string, unknown])[];
  return entry?.[0].startsWith('$') === true && others.length === 0 ? entry : null;
}
