import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { demoProcess, endedDemo, linesUntil } from '../support/demo-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const RSA_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

// A start takes seconds, so they run side by side.
describe("the demo's process", () => {
  const folder = temporaryFolder();

  it.concurrent.each([
    { title: 'Express unless told otherwise', environment: {}, poweredBy: 'Express' },
    { title: 'Fastify with ADAPTER=fastify', environment: { ADAPTER: 'fastify' }, poweredBy: null },
  ])('listens on PORT with $title, keeps its key in DATA_DIR, and ends on SIGTERM', async ({ title, environment, poweredBy }) => {
    const port = await freePort();
    const data = join(folder, title);
    const demo = demoProcess({ PORT: String(port), DATA_DIR: data, ...environment });
    try {
      const lines = await linesUntil(demo, 'listening on');
      expect(lines).toEqual([`listening on http://localhost:${String(port)}`]);
      const answer = await fetch(`http://localhost:${String(port)}/status`);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"');
      expect(answer.headers.get('x-powered-by')).toBe(poweredBy);
      expect(readdirSync(data)).toEqual(['signing-key.pem']);
    } finally {
      expect(await demo.stop()).toBe('SIGTERM');
    }
  });

  it.concurrent.each([
    { environment: { ADAPTER: 'koa' }, message: 'ADAPTER is "koa"; give express or fastify.' },
    { environment: { PORT: 'abc' }, message: 'PORT is "abc"; give a number from 0 to 65535.' },
  ])('does not start with $environment, and says why and nothing else', async ({ environment, message }) => {
    const { exitCode, stdout, stderr } = await endedDemo({ PORT: '0', DATA_DIR: join(folder, 'unused'), ...environment });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(`Error: ${message}\n`);
  });

  it.concurrent('does not start where somebody else listens on PORT, and says so', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const port = String((other.address() as AddressInfo).port);
    const { exitCode, stderr } = await endedDemo({ PORT: port, DATA_DIR: join(folder, 'taken') });
    other.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Error: port ${port} is taken; give another one as PORT.\n`);
    expect(stderr).not.toContain('\n    at ');
  });

  it.concurrent('does not start with a key of another kind than it signs with, and does not quote it', async () => {
    const data = join(folder, 'rsa');
    mkdirSync(data);
    writeFileSync(join(data, 'signing-key.pem'), RSA_KEY);
    const { exitCode, stdout, stderr } = await endedDemo({ PORT: '0', DATA_DIR: data });
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain('secretOrKey is a key of another kind than EdDSA takes');
    for (const line of RSA_KEY.trim().split('\n')) expect(stdout + stderr).not.toContain(line);
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
