import type { Application } from './declaration.js';
import { isDeliberate, isDifferent } from './outcome.js';
import type { Outcome, ReplayOutcomes } from './outcome.js';
import type { Obstacle } from './replayable.js';

interface NotReplayed extends Obstacle {
  readonly id: string;
  readonly vectors: number;
}

/** Counts the outcomes of one adapter, and says them in the end. */
export class Tally {
  readonly #vectors: Outcome[] = [];
  readonly #documents: Outcome[] = [];
  readonly #notReplayed: NotReplayed[] = [];
  readonly #parts: string[] = [];

  add({ vectors, documents }: ReplayOutcomes): void {
    this.#vectors.push(...vectors);
    this.#documents.push(...documents);
  }

  skip({ id, vectors }: Application, obstacle: Obstacle): void {
    this.#notReplayed.push({ ...obstacle, id, vectors: vectors.length });
  }

  leaveOut(application: Application, parts: readonly string[]): void {
    this.#parts.push(...parts.map((part) => `${application.id}: ${part}`));
  }

  /** What is behind the number of vectors. */
  details(adapter: string): readonly string[] {
    const left = this.#notReplayed.reduce((sum, { vectors }) => sum + vectors, 0);
    return [
      `vectors by rule (${adapter}):`,
      ...byRule(this.#vectors),
      `document comparisons by rule (${adapter}):`,
      ...byRule(this.#documents),
      ...(['not implemented', 'not applicable'] as const).flatMap((kind) => this.#listed(kind)),
      ...(this.#parts.length === 0 ? [] : ['not applicable, in documents:', ...this.#parts.map((part) => `  ${part}`)]),
      `not replayed: ${String(left)} vectors of ${String(this.#notReplayed.length)} applications (${adapter})`,
      `documents: ${counts(this.#documents, 'comparisons')} (${adapter})`,
    ];
  }

  /** The number of vectors, in one line. */
  total(adapter: string): string {
    return `parity: ${counts(this.#vectors, 'vectors')} (${adapter})`;
  }

  #listed(kind: Obstacle['kind']): readonly string[] {
    const applications = this.#notReplayed.filter((each) => each.kind === kind);
    if (applications.length === 0) return [];
    return [`${kind}:`, ...applications.map(({ id, reason, vectors }) => `  ${id} (${String(vectors)} vectors): ${reason}`)];
  }
}

/** The details of every adapter, then one line for each. */
export function summaryOf(tallies: readonly { readonly adapter: string; readonly tally: Tally }[]): string {
  const details = tallies.map(({ adapter, tally }) => tally.details(adapter).join('\n'));
  return `${details.join('\n\n')}\n\n${tallies.map(({ adapter, tally }) => tally.total(adapter)).join('\n')}`;
}

function counts(outcomes: readonly Outcome[], what: string): string {
  const different = outcomes.filter(isDifferent).length;
  const deliberate = outcomes.filter(isDeliberate).length;
  const equal = outcomes.length - different - deliberate;
  return `${String(outcomes.length)} ${what}, ${String(equal)} equal, ${String(deliberate)} deliberate, ${String(different)} different`;
}

/** How many outcomes each rule is behind; one outcome may have several rules. */
function byRule(outcomes: readonly Outcome[]): readonly string[] {
  const rules = outcomes.filter(isDeliberate).flatMap((outcome) => outcome.rules);
  const names = [...new Set(rules)].sort();
  return names.map((name) => `  ${name.padEnd(24)}${String(rules.filter((rule) => rule === name).length).padStart(5)}`);
}
