/** The values of parameters, by name. */
export type Values = ReadonlyMap<string, unknown>;

/** What a handler returns: a template with the values of its parameters put in. */
export function rendered(template: unknown, values: Values): unknown {
  if (Array.isArray(template)) return template.map((member) => rendered(member, values));
  if (typeof template !== 'object' || template === null) return template;
  const placeholder = placeholderOf(template);
  if (placeholder === null) return Object.fromEntries(Object.entries(template).map(([key, member]) => [key, rendered(member, values)]));
  const [name, argument] = placeholder;
  if (name === '$param') return values.get(String(argument)) ?? null;
  // No function runs, so none was called.
  if (name === '$calls') return {};
  if (name === '$trace') return [];
  return firstNonNull(argument as readonly string[], values);
}

function firstNonNull(names: readonly string[], values: Values): unknown {
  const from = names.find((name) => (values.get(name) ?? null) !== null);
  return from === undefined ? null : { from, value: values.get(from) };
}

/** Whether all placeholders of a template are known here. */
export function isRenderable(template: unknown): boolean {
  if (typeof template !== 'object' || template === null) return true;
  const placeholder = Array.isArray(template) ? null : placeholderOf(template);
  if (placeholder !== null) return ['$param', '$calls', '$trace', '$first_non_null'].includes(placeholder[0]);
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
