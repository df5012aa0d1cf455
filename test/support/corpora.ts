import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BESIDE_THE_PROJECT = '../shared/corpora';
const folder = resolve(PROJECT, process.env['CORPORA'] ?? BESIDE_THE_PROJECT);

/** Reads one file of the public test data: JSON parsed, other files as text. */
export type ReadCorpus = (file: string) => unknown;

/** `describe` for tests that need the public test data; where it is not there they are skipped, and in CI they fail. */
export function describeCorpora(name: string, tests: (read: ReadCorpus) => void): void {
  if (existsSync(folder)) {
    describe(name, () => {
      tests(readCorpus);
    });
    return;
  }
  const missing = `the public test data is not at ${folder}`;
  if (process.env['CI'] !== undefined) {
    it(name, () => {
      throw new Error(`${missing}. Set CORPORA to its folder.`);
    });
    return;
  }
  process.stderr.write(`
==> SKIPPED: ${name}: ${missing}.
==> Say where it is: CORPORA=/path/to/corpora npm test
`);
  it.skip(name, () => undefined);
}

function readCorpus(file: string): unknown {
  const text = readFileSync(join(folder, file), 'utf8');
  return file.endsWith('.json') ? JSON.parse(text) : text;
}
