import { ProviderUnavailable } from '../errors.js';

/** One that waits for its turn. */
interface Waiting {
  readonly begin: () => void;
  readonly refuse: (reason: string) => void;
}

const MAX_RUNNING = 100;
const MAX_WAITING = 1_000;

/** Lets so many calls run at a time; others wait, first come, first served. Who cannot wait gets a `ProviderUnavailable`. */
export class CallQueue {
  #running = 0;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();

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

  /** Sends all away who wait. */
  refuseWaiting(reason: string): void {
    for (const { refuse } of this.#waiting) refuse(reason);
  }

  #turn(): Promise<void> {
    if (this.#waiting.size >= MAX_WAITING) throw new ProviderUnavailable(`${String(MAX_RUNNING)} introspections are under way and ${String(MAX_WAITING)} wait, and no more are taken`);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        begin: () => {
          leave();
          resolve();
        },
        refuse: (reason) => {
          leave();
          reject(new ProviderUnavailable(reason));
        },
      };
      const timer = setTimeout(() => { waiting.refuse(`${String(MAX_RUNNING)} introspections are under way, and there was no turn for one more in time`); }, this.patience * 1000);
      this.#waiting.add(waiting);
    });
  }

  /** The place of a call that has ended is the next one's. */
  #handOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next.begin();
  }
}
