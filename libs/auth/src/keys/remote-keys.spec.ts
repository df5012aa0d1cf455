import { Logger } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { passTime, realClock, stopMonotonicTime } from '../../../../test/support/fake-clock.js';
import { KeyServer } from '../../../../test/support/key-server.js';
import { portsAsked } from '../../../../test/support/ports-asked.js';
import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { RemoteKeys } from './remote-keys.js';
import type { RemoteKeysOptions } from './remote-keys.js';
import type { PinnedKey } from './verification-key.js';

const [first, second] = ['1', '2'].map((kid) => newKey(kid)) as [JsonWebKey, JsonWebKey];
const known = { alg: 'EdDSA', kid: '1' } as const;
const unknown = { alg: 'EdDSA', kid: 'unknown' } as const;
const later = { alg: 'EdDSA', kid: '2' } as const;

function newKey(kid: string): JsonWebKey {
  return { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid };
}

let server: KeyServer;
let keys: RemoteKeys;
beforeAll(() => { Logger.overrideLogger(false); });
beforeEach(async () => {
  stopMonotonicTime();
  server = await KeyServer.start();
  server.publish('jwks', { keys: [first] });
  keys = remoteKeys();
});
afterEach(async () => {
  realClock();
  await server.goDown();
});

function remoteKeys(options: Partial<RemoteKeysOptions> = {}): RemoteKeys {
  return new RemoteKeys({ issuer: server.issuer, jwksUri: server.jwksUri, algorithms: ['EdDSA'], privateNetwork: false, maxStale: 3600, ...options });
}

/** What a caller gets; at once, or after a fetch. */
async function answer(hint: { alg: 'EdDSA'; kid: string }): Promise<PinnedKey | null | 'unavailable'> {
  try {
    return await keys.keyFor(hint);
  } catch (error) {
    if (error instanceof ProviderUnavailable) return 'unavailable';
    throw error;
  }
}

/** Until the fetch that is under way has ended. */
async function settled(): Promise<void> {
  await setTimeout(100);
}

describe('The keys of a provider', () => {
  it('are fetched when they are needed first, once for all who wait', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => answer(known)));
    expect(answers.every((key) => key === answers[0] && key !== null && key !== 'unavailable')).toBe(true);
    expect(server.fetches).toBe(1);
    expect(keys.failure()).toBeNull();
  });

  it('are answered without a promise once they are known', async () => {
    await keys.prepare();
    expect(keys.keyFor(known)).toMatchObject({ algorithm: 'EdDSA' });
  });

  it('are used without asking up to maxAge', async () => {
    await keys.prepare();
    passTime(600);
    await answer(known);
    await settled();
    expect(server.fetches).toBe(1);
  });

  it('are used at once up to maxStale, and fetched anew meanwhile', async () => {
    await keys.prepare();
    server.publish('jwks', { keys: [first, second] });
    passTime(601);
    expect(keys.keyFor(known)).not.toBeInstanceOf(Promise);
    await settled();
    expect(server.fetches).toBe(2);
    expect(keys.keyFor(later)).toMatchObject({ algorithm: 'EdDSA' });
  });

  it('are fetched anew before a short maxStale ends', async () => {
    keys = remoteKeys({ maxStale: 60 });
    await keys.prepare();
    passTime(31);
    expect(keys.keyFor(known)).not.toBeInstanceOf(Promise);
    await settled();
    expect(server.fetches).toBe(2);
  });

  it('stay the same objects while the document is the same', async () => {
    const before = await answer(known);
    passTime(601);
    await answer(known);
    await settled();
    expect(server.fetches).toBe(2);
    expect(await answer(known)).toBe(before);
  });

  it('are waited for when they are older than maxStale', async () => {
    await keys.prepare();
    server.publish('jwks', { keys: [second] });
    passTime(3601);
    expect(await answer(known)).toBeNull();
    expect(server.fetches).toBe(2);
  });
});

describe('KEY-09: A provider that changes its keys', () => {
  it('is asked once for a new one, and the tokens with it are taken', async () => {
    await keys.prepare();
    passTime(10);
    server.publish('jwks', { keys: [first, second] });
    expect(await Promise.all([answer(later), answer(later), answer(unknown)])).toMatchObject([{ algorithm: 'EdDSA' }, { algorithm: 'EdDSA' }, null]);
    expect(server.fetches).toBe(2);
  });

  it('has a removed key refused after the fetch', async () => {
    await keys.prepare();
    server.publish('jwks', { keys: [second] });
    passTime(601);
    await answer(known);
    await settled();
    expect(await answer(known)).toBeNull();
  });
});

describe('Keys that are found by discovery', () => {
  beforeEach(() => { keys = remoteKeys({ jwksUri: null }); });

  it('are asked for where the metadata says, which is remembered for a day', async () => {
    await keys.prepare();
    passTime(86_399);
    await answer(known);
    expect(server.asked).toMatchObject({ openid: 1, jwks: 2 });
    passTime(3601);
    await answer(known);
    expect(server.asked).toMatchObject({ openid: 2, jwks: 3 });
  });

  it('are asked for where they were when the day is over and the metadata cannot be had', async () => {
    await keys.prepare();
    server.answers('openid', 'with 500');
    passTime(86_400);
    expect(await answer(known)).toMatchObject({ algorithm: 'EdDSA' });
    expect(server.asked).toMatchObject({ openid: 2, jwks: 2 });
  });

  it('are looked for again after a failure: they may have moved', async () => {
    await keys.prepare();
    server.answers('jwks', 'with 404');
    passTime(3601);
    await answer(known);
    server.publish('openid', { issuer: server.issuer, jwks_uri: `${server.jwksUri}/moved` });
    server.answers('jwks', 'well');
    passTime(10);
    expect(await answer(known)).toMatchObject({ algorithm: 'EdDSA' });
    expect(server.requests.at(-1)?.path).toBe('/keys/moved');
  });

  it('KEY-04: come from a slow provider in the second attempt, which has the time that the metadata took in the first', async () => {
    server.onAsked = () => { passTime(4); };
    server.answers('jwks', 'never');
    expect(await answer(known)).toBe('unavailable');
    server.answers('jwks', 'well');
    passTime(10);
    expect(await answer(known)).toMatchObject({ algorithm: 'EdDSA' });
    expect(server.asked).toMatchObject({ openid: 1, jwks: 2 });
  });

  it('KEY-02: cost one attempt in a window, also where the metadata is what fails', async () => {
    server.answers('openid', 'with 500');
    expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => answer(known))))).toEqual(new Set(['unavailable']));
    expect(server.fetches).toBe(1);
  });

  it('KEY-04: are waited for no longer than five seconds, over both documents', async () => {
    server.answers('jwks', 'never');
    const [forMetadata, forKeys] = [3, 2];
    server.onAsked = () => { passTime(server.asked.jwks === 0 ? forMetadata : forKeys); };
    expect(await answer(known)).toBe('unavailable');
    expect(server.asked).toMatchObject({ openid: 1, jwks: 1 });
  });
});

describe('KEY-07: Keys in a private network', () => {
  const PORT = 1;
  const PRIVATE = `https://10.0.0.1:${PORT}/keys`;
  it.each([
    { because: 'jwksUri is there', set: () => { keys = remoteKeys({ jwksUri: PRIVATE }); } },
    {
      because: 'metadata name it',
      set: () => {
        server.publish('openid', { issuer: server.issuer, jwks_uri: PRIVATE });
        keys = remoteKeys({ jwksUri: null });
      },
    },
  ])('are not connected to without privateNetwork, where $because', async ({ set }) => {
    set();
    const asked = portsAsked();
    expect(await answer(known)).toBe('unavailable');
    asked.stop();
    expect(asked.ports).not.toContain(PORT);
    expect(keys.failure()).toContain('is at a private address');
  });
});

describe('Keys at the start', () => {
  it('are there when prepare() has resolved', async () => {
    await keys.prepare();
    await keys.prepare();
    expect(server.fetches).toBe(1);
  });

  it.each([
    { because: 'an outage', set: () => { server.answers('jwks', 'with 500'); } },
    { because: 'a missing document', set: () => { server.answers('jwks', 'with 404'); } },
    { because: 'something else than JSON', set: () => { server.answers('jwks', 'with HTML'); } },
  ])('may be missing because of $because', async ({ set }) => {
    set();
    const error: unknown = await keys.prepare().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error).not.toBeInstanceOf(ProviderContradiction);
  });

  it.each([
    { because: 'its issuer is another one', set: () => { server.publish('openid', { issuer: `${server.issuer}/`, jwks_uri: server.jwksUri }); }, problem: 'is of the issuer' },
    { because: 'it publishes no keys', set: () => { server.publish('openid', { issuer: server.issuer }); }, problem: 'names no jwks_uri' },
    { because: 'it has no key of the algorithms', set: () => { server.publish('jwks', { keys: [] }); }, problem: 'none of the 0 keys of the JWK Set can verify EdDSA' },
    { because: 'it publishes a private key', set: () => { server.publish('jwks', { keys: [{ ...first, d: 'AQAB' }] }); }, problem: 'holds a secret or a private key' },
  ])('contradict the configuration where $because', async ({ set, problem }) => {
    set();
    keys = remoteKeys({ jwksUri: null });
    const error: unknown = await keys.prepare().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderContradiction);
    expect(error).toMatchObject({ problem: expect.stringContaining(problem) as string, mend: expect.stringMatching(/\w+/) as string });
  });
});
