import { monotonicSeconds } from '../keys/clock.js';

/** Seconds in which nothing is told twice. */
const SILENCE = 10;
/** Messages that are remembered; there are fewer, as none of them is a client's. */
const MOST = 1000;

/** Keeps a log from being filled by whoever sends requests: each message once in ten seconds. */
export class Seldom {
  readonly #told = new Map<string, number>();

  /** Whether a message is to be told now. @param message - without anything that a client has chosen */
  isDue(message: string): boolean {
    const now = monotonicSeconds();
    if (now - (this.#told.get(message) ?? -Infinity) < SILENCE) return false;
    if (this.#told.size >= MOST) this.#told.clear();
    this.#told.set(message, now);
    return true;
  }
}
