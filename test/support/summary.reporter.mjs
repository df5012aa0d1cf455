import process from 'node:process';

/** Ends a run with one line that a script can read: `N passed, N failed`, and `, N skipped` when there are any. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    // A file that does not load has no failed test to count, and still must not read as `0 failed`.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    // Jest prints its own summary and the coverage table after the reporters of jest.config.mjs.
    process.once('exit', () => process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${tail}\n`));
  }
}
