import { Logger } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import { passTime, realClock, stopMonotonicClock } from '../../../../test/support/fake-clock.js';
import { KeyServer } from '../../../../test/support/key-server.js';
import { usedBytes } from '../../../../test/support/memory.js';
import { RemoteKeys } from './remote-keys.js';

const LIMIT = 5 * 2 ** 20;

const publicKey = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: '1' };
let server: KeyServer;
let keys: RemoteKeys;
beforeAll(async () => {
  Logger.overrideLogger(false);
  stopMonotonicClock();
  server = await KeyServer.start();
  server.publish('jwks', { keys: [publicKey] });
  keys = new RemoteKeys({ issuer: server.issuer, jwksUri: server.jwksUri, algorithms: ['EdDSA'], privateNetwork: false, maxStale: 3600 });
  await keys.prepare();
});
afterAll(async () => {
  realClock();
  await server.goDown();
});

/** How much more memory there is in use after something was done many times, once it has been done before. */
async function growth(work: (round: number) => Promise<void>): Promise<number> {
  await work(0);
  const before = usedBytes();
  for (let round = 1; round <= 5; round += 1) await work(round);
  return usedBytes() - before;
}

describe('The memory of a process', () => {
  it('KEY-01: does not grow with 10,000 random key names, asked for in each window', async () => {
    const grown = await growth(async (round) => {
      passTime(10);
      await Promise.all(Array.from({ length: 10_000 }, async (_, index) => keys.keyFor({ alg: 'EdDSA', kid: `random-${round}-${index}` })));
    });
    expect(grown).toBeLessThan(LIMIT);
  });

  it('KEY-05: does not grow with a document of 50 MiB, and never holds it', async () => {
    server.answers('jwks', 'with 50 MiB');
    let most = 0;
    const before = usedBytes();
    const grown = await growth(async () => {
      passTime(10);
      const sampling = setInterval(() => { most = Math.max(most, usedBytes() - before); });
      await Promise.resolve(keys.keyFor({ alg: 'EdDSA', kid: 'unknown' })).catch(() => undefined);
      clearInterval(sampling);
    });
    expect(grown).toBeLessThan(LIMIT);
    expect(most).toBeLessThan(LIMIT);
  });
});
