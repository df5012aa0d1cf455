import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Lets the summary of parity come last, after what Jest says by itself: the test leaves it in the file that
 * `PARITY_SUMMARY` names, as a test has no way to print after the reporters.
 */
export default class LastLinesReporter {
  #file = join(tmpdir(), `parity-summary-${process.pid}.txt`);

  constructor() {
    process.env.PARITY_SUMMARY = this.#file;
  }

  onRunComplete() {
    process.once('exit', () => {
      if (!existsSync(this.#file)) return;
      process.stdout.write(readFileSync(this.#file, 'utf8'));
      rmSync(this.#file);
    });
  }
}
