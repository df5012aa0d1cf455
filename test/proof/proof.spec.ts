import * as fc from 'fast-check';
import process from 'node:process';
import { ADAPTERS } from '../support/running-app.js';
import { applications } from './application.arbitrary.js';
import { disagreementsOf } from './proven-application.js';
import { Tally } from './tally.js';

/** Applications on each adapter, which are different ones. */
const RUNS = Number(process.env['PROOF_RUNS'] ?? 400);
const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 2 ** 31);

describe.each(ADAPTERS)('Applications that nobody thought of, on %s', (adapter) => {
  it('let a caller in exactly when their document says so, and are refused exactly for their mistakes', async () => {
    process.stdout.write(`The proof on ${adapter}: PROOF_SEED=${String(SEED)} PROOF_RUNS=${String(RUNS)}\n`);
    const tally = new Tally();
    const property = fc.asyncProperty(applications, fc.noShrink(fc.integer()), async (application, callers) => {
      expect(await disagreementsOf(application, callers, adapter, tally)).toEqual([]);
    });
    await fc.assert(property, { seed: SEED + ADAPTERS.indexOf(adapter), numRuns: RUNS, endOnFailure: false });
    process.stdout.write(`The proof on ${adapter}: ${tally.toString()}\n`);
  }, 600_000);
});
