import { startDemo } from '../support/demo-app.js';
import { ADAPTERS } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe.each(ADAPTERS)('A flood of logins on %s', (adapter) => {
  const folder = temporaryFolder();

  it('is turned away with 503 beyond the ones that wait, and those get their answer', async () => {
    const demo = await startDemo(adapter, folder);
    const answers = await Promise.all(Array.from({ length: 40 }, () => demo.login({ username: 'johndoe', password: 'wrong' })));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    // Two are hashed and twenty wait; more of them get through only as these are done.
    expect(count(400)).toBeGreaterThanOrEqual(22);
    expect(count(503)).toBeGreaterThan(0);
    expect(count(400) + count(503)).toBe(40);
    expect((await demo.login({ username: 'johndoe', password: 'secret' })).status).toBe(200);
    await demo.close();
  });
});
