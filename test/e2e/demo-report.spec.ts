import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startDemo } from '../support/demo-app.js';
import { ADAPTERS } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const workspaceFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('The demo', () => {
  const folder = temporaryFolder();

  it.each(ADAPTERS)('serves its security report on %s', async (adapter) => {
    const demo = await startDemo(adapter, folder);
    const { text } = await demo.send({ path: '/security', headers: [['Authorization', `Basic ${btoa('johndoe:secret')}`]] });
    expect(text).toContain('<code class="path">/users/me/items</code>');
    await demo.close();
  });

  it('is as its lock file says', async () => {
    const argv = ['--import', workspaceFile('test/support/run-typescript.mjs'), workspaceFile('libs/auth/src/report/cli.ts'), 'report', workspaceFile('apps/demo/src/create-app.ts'), '--check', workspaceFile('apps/demo/security.lock.json')];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: folder });
    expect(stdout).toMatch(/^No change since /);
  });
});
