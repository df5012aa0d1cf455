import * as fc from 'fast-check';
import { describeSecurity } from 'nestjs-scopes';
import { modelOf } from '../support/dependency-model.js';
import { CREDENTIALS, madeUpModule, madeUpTrees } from '../support/made-up-trees.js';
import { ADAPTERS, start } from '../support/running-app.js';

const RUNS = 200;
/** A tree whose model calls more would only be slow: whoever says useCache: false twenty levels deep asks for it. */
const MOST_CALLS = 3000;

describe.each(ADAPTERS)('Trees of dependencies that nobody thought of, on %s', (adapter) => {
  it('are called as often, in the order and with the scopes of the model, which the document shows too', async () => {
    await fc.assert(
      fc.asyncProperty(madeUpTrees, async (tree) => {
        const { calls, values, security } = modelOf(tree);
        fc.pre(calls.length <= MOST_CALLS);
        const app = await start(madeUpModule(tree), adapter);
        try {
          const { status, json } = await app.send({ path: '/', headers: CREDENTIALS });
          expect({ status, json }).toEqual({ status: 200, json: { calls, values } });
          const [alternative = {}, ...others] = describeSecurity(app.app)[0]?.security ?? [];
          expect({ alternative, others }).toEqual({ alternative: security, others: [] });
        } finally {
          await app.close();
        }
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
