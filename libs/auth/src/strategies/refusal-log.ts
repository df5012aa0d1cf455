import { Logger } from '@nestjs/common';

/** Milliseconds. */
const SILENCE = 10_000;

/**
 * Tells the log which check refuses tokens, for the one who wonders why: each check at most once in ten seconds, so that
 * nobody can fill the log, and nothing of the token.
 */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #told = new Map<string, number>();

  /** @param strategy - the name of its class */
  constructor(strategy: string) {
    this.#logger = new Logger(strategy);
  }

  /** @param check - one of a few names, never a text of the client's */
  tell(check: string): void {
    const now = performance.now();
    if (now - (this.#told.get(check) ?? -Infinity) < SILENCE) return;
    this.#told.set(check, now);
    this.#logger.debug(`A token was refused: ${check}.`);
  }
}
