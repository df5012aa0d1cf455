import { Logger } from '@nestjs/common';
import { Seldom } from './seldom.js';

/** Tells the log, at the level `debug`, why a strategy refuses tokens, for the one who wonders; nothing of the tokens. */
export class TokenLog {
  readonly #logger: Logger;
  readonly #seldom = new Seldom();

  /** @param strategy - the name of its class */
  constructor(strategy: string) {
    this.#logger = new Logger(strategy);
  }

  /** @param check - the name of the one that failed @param expected - what the options ask for, as a sentence */
  refused(check: string, expected = ''): void {
    this.#tell(`A token was refused: ${check}. ${expected}`.trimEnd());
  }

  /** A good token that lets its owner do nothing looks like a mistake in the options. */
  grantedNothing(scopeClaims: readonly string[]): void {
    this.#tell(`A token grants no scopes: it has none of the claims ${scopeClaims.join(', ')}.`);
  }

  #tell(message: string): void {
    if (this.#seldom.isDue(message)) this.#logger.debug(message);
  }
}
