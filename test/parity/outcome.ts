/** What became of one comparison. `rules`: those that make the expected answer another one than FastAPI's. */
export interface Outcome {
  readonly subject: string;
  readonly rules: readonly string[];
  /** Empty: it is as expected. */
  readonly differences: readonly string[];
}

/** What became of an application. */
export interface ReplayOutcomes {
  readonly vectors: readonly Outcome[];
  readonly documents: readonly Outcome[];
}

export function isDifferent({ differences }: Outcome): boolean {
  return differences.length > 0;
}

/** As expected, and that is not what FastAPI does. */
export function isDeliberate(outcome: Outcome): boolean {
  return !isDifferent(outcome) && outcome.rules.length > 0;
}
