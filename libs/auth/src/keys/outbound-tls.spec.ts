import { execFile } from 'node:child_process';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { selfSigned } from '../../../../test/support/self-signed.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';

const certificate = join(temporaryFolder(), 'certificate.pem');
let server: Server;
let url: string;
let asked = 0;
beforeAll(async () => {
  const identity = selfSigned('localhost');
  await writeFile(certificate, identity.cert);
  server = createServer(identity, (_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://localhost:${(server.address() as AddressInfo).port}/keys`;
});
afterAll(() => server.close());

/** What becomes of a question in a process of its own: Node does not see the environment of a test. */
async function outcome(environment: NodeJS.ProcessEnv): Promise<string> {
  const script = `
    import { providerJson } from './libs/auth/src/keys/outbound.ts';
    await providerJson(${JSON.stringify(url)}, { network: 'public', timeout: 5 }).then(({ text }) => console.log(text), ({ message }) => console.log(message));`;
  const options = ['--import', './test/support/run-typescript.mjs', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, options, { env: { ...process.env, ...environment } });
  return stdout.trim();
}

describe('KEY-08: A provider whose certificate nobody vouches for', () => {
  it.each([{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }])('is not asked, whatever the environment says: %j', async (environment) => {
    expect(await outcome(environment)).toBe(`${url} has no certificate that is trusted, or speaks no TLS (DEPTH_ZERO_SELF_SIGNED_CERT)`);
    expect(asked).toBe(0);
  });

  it('is asked where the operator trusts it: NODE_EXTRA_CA_CERTS', async () => {
    expect(await outcome({ NODE_EXTRA_CA_CERTS: certificate })).toBe('{}');
  });
});
