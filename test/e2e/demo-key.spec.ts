import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningKey } from '../../apps/demo/src/tokens/signing-key.js';
import { keyIn, startDemo } from '../support/demo-app.js';
import { lineProcess } from '../support/demo-process.js';
import { ADAPTERS } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe("the demo's signing key", () => {
  const folder = temporaryFolder();

  it('is made at the first start in a folder that only its owner can read', () => {
    const data = join(folder, 'first', 'data');
    SigningKey.keptIn(data);
    expect(readdirSync(data)).toEqual(['signing-key.pem']);
    expect((statSync(data).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(join(data, 'signing-key.pem')).mode & 0o777).toString(8)).toBe('600');
    expect(keyIn(data).asymmetricKeyType).toBe('ed25519');
  });

  it('is the same at the next start', () => {
    const first = SigningKey.keptIn(join(folder, 'same'));
    const second = SigningKey.keptIn(join(folder, 'same'));
    expect(second.privateKey.equals(first.privateKey)).toBe(true);
  });

  it('is another one in another folder', () => {
    const first = SigningKey.keptIn(join(folder, 'one'));
    const second = SigningKey.keptIn(join(folder, 'other'));
    expect(second.privateKey.equals(first.privateKey)).toBe(false);
  });

  it.each([
    { name: 'text', content: 'hunter2-hunter2', because: 'it is no key' },
    { name: 'empty', content: '', because: 'a crash or a full disk may have left it so' },
    { name: 'cut', content: PEM.slice(0, 60), because: 'its end is missing' },
    { name: 'public', content: publicKey.export({ type: 'spki', format: 'pem' }).toString(), because: 'a public key does not sign' },
  ])('is refused without quoting the file, which is then left alone, when the file is $name: $because', ({ name, content }) => {
    const data = join(folder, name);
    const file = join(data, 'signing-key.pem');
    mkdirSync(data);
    writeFileSync(file, content);
    const error = errorOf(() => SigningKey.keptIn(data));
    expect(error.message).toBe(`${file} holds no private key. Delete it to have a new one made; tokens issued so far are then refused.`);
    expect(error.cause).toBeUndefined();
    expect(readdirSync(data)).toEqual(['signing-key.pem']);
    expect(statSync(file).size).toBe(content.length);
  });

  it('is one key when several processes start for the first time at once', async () => {
    const processes = Array.from({ length: 4 }, () => lineProcess(new URL('../support/print-signing-keys.ts', import.meta.url)));
    try {
      expect(await Promise.all(processes.map((each) => each.nextLine()))).toEqual(['ready', 'ready', 'ready', 'ready']);
      for (let round = 0; round < 25; round += 1) {
        const data = join(folder, `round-${String(round)}`);
        for (const each of processes) each.write(data);
        const keys = await Promise.all(processes.map((each) => each.nextLine()));
        const { x } = createPublicKey(keyIn(data)).export({ format: 'jwk' });
        expect(keys).toEqual([x, x, x, x]);
        expect(readdirSync(data)).toEqual(['signing-key.pem']);
      }
    } finally {
      await Promise.all(processes.map((each) => each.stop()));
    }
  });
});

describe.each(ADAPTERS)("the demo's tokens on %s", (adapter) => {
  const folder = temporaryFolder();

  it('are good after a restart', async () => {
    const before = await startDemo(adapter, join(folder, 'a'));
    const token = await before.token('me');
    await before.close();
    const after = await startDemo(adapter, join(folder, 'a'));
    const answer = await after.get('/users/me', token);
    await after.close();
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ username: 'johndoe' });
  });

  it('are refused by a demo with another data folder', async () => {
    const issuer = await startDemo(adapter, join(folder, 'a'));
    const token = await issuer.token('me');
    await issuer.close();
    const other = await startDemo(adapter, join(folder, 'b'));
    const answer = await other.get('/users/me', token);
    await other.close();
    expect(answer.status).toBe(401);
    expect(answer.challenges).toEqual(['Bearer realm="api", error="invalid_token", scope="me"']);
    expect(answer.json).toEqual({ statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' });
  });
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}
