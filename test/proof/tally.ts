/** What a run of the proof has looked at. */
export class Tally {
  started = 0;
  refused = 0;
  readonly #answers: Record<string, number> = {};

  count(isLetIn: boolean, reading: string): void {
    const kind = `${isLetIn ? 'let in' : 'refused'} (the document: ${reading})`;
    this.#answers[kind] = (this.#answers[kind] ?? 0) + 1;
  }

  toString(): string {
    return `${String(this.started)} applications started, ${String(this.refused)} refused; callers ${JSON.stringify(this.#answers)}`;
  }
}
