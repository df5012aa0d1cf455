import { ProviderUnavailable } from '../errors.js';

const MAX_RUNNING = 100;
const MAX_WAITING = 1_000;

/** Lets so many calls run at a time; others wait, first come, first served. Who cannot wait gets a `ProviderUnavailable`. */
export class CallQueue {
  #running = 0;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();

  /** @param patience - how long one waits. Seconds. */
  constructor(private readonly patience: number) {}

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#running < MAX_RUNNING) this.#running += 1;
    else await this.#turn();
    try {
      return await call();
    } finally {
      this.#handOn();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.size >= MAX_WAITING) throw new ProviderUnavailable(`${String(MAX_RUNNING)} introspections are under way and ${String(MAX_WAITING)} wait, and no more are taken`);
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(begin);
        reject(new ProviderUnavailable(`${String(MAX_RUNNING)} introspections are under way, and there was no turn for one more in time`));
      }, this.patience * 1000);
      this.#waiting.add(begin);
    });
  }

  /** The place of a call that has ended is the next one's. */
  #handOn(): void {
    const [begin] = this.#waiting;
    if (begin === undefined) this.#running -= 1;
    else begin();
  }
}
