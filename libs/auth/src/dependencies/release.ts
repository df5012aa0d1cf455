import { BadRequestException } from '@nestjs/common';
import type { Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { describeCause } from '../errors.js';
import type { Acquired } from './plan.js';
import { onSocketEnd } from './socket-end.js';

/** The first HTTP status that is an error, and the first that is one of the server. */
const FIRST_ERROR = 400;
const FIRST_SERVER_ERROR = 500;

/** What was made for the request is released already, so that nothing may go on with it. Nobody gets this answer. */
export function clientGone(): BadRequestException {
  return new BadRequestException('The client has gone');
}

/** The values of one request that have to be released, and how the request ended. */
export class Acquisitions {
  readonly #acquired: Acquired[] = [];
  #error: unknown;
  #hasRun = false;
  /** Dependencies are being resolved, or the handler is at work. */
  #isRunning = true;
  #isOver = false;

  readonly #response: ServerResponse;

  /** @param response - Node's response, Express's, or Fastify's reply */
  constructor(
    response: object,
    private readonly logger: Logger,
  ) {
    this.#response = ('raw' in response ? response.raw : response) as ServerResponse;
    const { socket, httpVersionMajor } = this.#response.req;
    this.#isOver = socket.destroyed;
    const stopListening = httpVersionMajor === 1 ? onSocketEnd(socket, () => { this.#end(); }) : null;
    // A client that goes away is no error of the request's; the handler may still be at work then.
    finished(this.#response, () => {
      stopListening?.();
      this.#end();
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
    // Whoever releases tells failure from success by whether there is an error.
    this.#error ??= error ?? new Error(`The request failed with ${String(error)}.`);
  }

  /** The response is sent, or will never be. */
  #end(): void {
    this.#isOver = true;
    if (!this.#isRunning) void this.#release();
  }

  async #release(): Promise<void> {
    const { statusCode } = this.#response;
    // Another guard has refused, the handler is one that cannot be observed, or its value could not be sent.
    if (statusCode >= (this.#hasRun ? FIRST_SERVER_ERROR : FIRST_ERROR)) this.failed(new Error(`The request was answered with ${String(statusCode)}.`));
    for (const { dependency, value } of this.#acquired.splice(0).reverse()) {
      try {
        await dependency.release?.(value, this.#error);
      } catch (error) {
        this.logger.error(`${dependency.constructor.name}.release failed: ${describeCause(error)}`);
      }
    }
  }
}
