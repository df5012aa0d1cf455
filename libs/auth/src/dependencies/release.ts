import type { Logger } from '@nestjs/common';
import { finished } from 'node:stream';
import type { Writable } from 'node:stream';
import { describeCause } from '../errors.js';
import type { Acquired } from './plan.js';

/** The values of one request that have to be released, and how the request ended. */
export class Acquisitions {
  readonly #acquired: Acquired[] = [];
  #error: unknown;
  #hasRun = false;
  /** Dependencies are being resolved, or the handler is at work. */
  #isRunning = true;
  #isOver = false;

  /**
   * @param response - Node's response, Express's, or Fastify's reply
   * @param isObserved - whether the handler's start and end will be told
   */
  constructor(
    response: object,
    private readonly isObserved: boolean,
    private readonly logger: Logger,
  ) {
    const raw = ('raw' in response ? response.raw : response) as Writable;
    // A client that goes away is no error of the request's; the handler may still be at work then.
    finished(raw, () => {
      this.#isOver = true;
      if (!this.#isRunning) void this.#release();
    });
  }

  /** The response is sent, or the client has gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  add(value: Acquired): void {
    this.#acquired.push(value);
  }

  /** The handler, with its pipes and interceptors, starts. */
  started(): void {
    this.#hasRun = true;
    this.#isRunning = true;
  }

  /** What was at work has ended. */
  ended(): void {
    this.#isRunning = false;
    if (this.#isOver) void this.#release();
  }

  failed(error: unknown): void {
    this.#error ??= error;
  }

  async #release(): Promise<void> {
    if (this.isObserved && !this.#hasRun) this.failed(new Error('The handler was not called.'));
    for (const { dependency, value } of this.#acquired.splice(0).reverse()) {
      try {
        await dependency.release?.(value, this.#error);
      } catch (error) {
        this.logger.error(`${dependency.constructor.name}.release failed: ${describeCause(error)}`);
      }
    }
  }
}
