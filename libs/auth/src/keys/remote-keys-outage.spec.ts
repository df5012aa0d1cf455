import { Logger } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import { passTime, realClock, stopMonotonicTime } from '../../../../test/support/fake-clock.js';
import { KeyServer } from '../../../../test/support/key-server.js';
import type { Manner } from '../../../../test/support/key-server.js';
import { portsAsked } from '../../../../test/support/ports-asked.js';
import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { RemoteKeys } from './remote-keys.js';
import type { PinnedKey } from './verification-key.js';

const publicKey = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: '1' };
const known = { alg: 'EdDSA', kid: '1' } as const;
const unknown = { alg: 'EdDSA', kid: 'unknown' } as const;
/** Of a fetch. Seconds. */
const TIMEOUT = 5;

/** What the log has got, with its level. */
const lines: string[] = [];
const say = (level: string) => (message: unknown) => { lines.push(`${level}: ${String(message)}`); };
const logged: LoggerService = { log: say('log'), warn: say('warn'), error: say('error') };

let server: KeyServer;
let keys: RemoteKeys;
beforeAll(() => { Logger.overrideLogger(logged); });
beforeEach(async () => {
  stopMonotonicTime();
  lines.length = 0;
  server = await KeyServer.start();
  server.publish('jwks', { keys: [publicKey] });
  keys = new RemoteKeys({ issuer: server.issuer, jwksUri: server.jwksUri, algorithms: ['EdDSA'], privateNetwork: false, maxStale: 3600 });
});
afterEach(async () => {
  realClock();
  await server.goDown();
});

/** What a caller gets; at once, or after a fetch. */
async function answer(hint: { alg: 'EdDSA'; kid: string }): Promise<PinnedKey | null | 'unavailable'> {
  try {
    return await keys.keyFor(hint);
  } catch (error) {
    if (error instanceof ProviderUnavailable) return 'unavailable';
    throw error;
  }
}

async function failAt(manner: Manner | 'down'): Promise<void> {
  if (manner === 'down') await server.goDown();
  else answerFromNowOn(manner);
}

/** Time passes for answers only that never end. */
function answerFromNowOn(manner: Manner): void {
  server.answers('jwks', manner);
  const isEndless = manner === 'never' || manner === 'byte by byte';
  server.onAsked = () => { if (isEndless) passTime(TIMEOUT); };
}

const OUTAGES: readonly (Manner | 'down')[] = ['down', 'with 500', 'with 404', 'with a redirect', 'never', 'with a reset', 'byte by byte', 'with 50 MiB', 'with HTML', 'with gzip', 'with nothing'];

describe.each(OUTAGES)('KEY-02, KEY-03, KEY-12: A provider in an outage (%s)', (manner) => {
  it('is asked once in a window, whatever is needed of it', async () => {
    await failAt(manner);
    const asked = portsAsked();
    expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => answer(known))))).toEqual(new Set(['unavailable']));
    expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => answer(unknown))))).toEqual(new Set(['unavailable']));
    expect(() => keys.keyFor(known)).toThrow(ProviderUnavailable);
    expect(asked.ports).toEqual([server.port]);
    passTime(10);
    await answer(known);
    expect(asked.ports).toEqual([server.port, server.port]);
    asked.stop();
  });

  it('does no harm to good tokens up to maxStale, and is unavailable then', async () => {
    await keys.prepare();
    await failAt(manner);
    for (let age = 0; age <= 3600; age += 300) {
      expect(keys.keyFor(known)).toMatchObject({ algorithm: 'EdDSA' });
      passTime(300);
    }
    expect(await answer(known)).toBe('unavailable');
    expect(keys.failure()).toContain(server.jwksUri);
    expect(server.asked.other).toBe(0);
  });

  it('answers again after its outage, without a restart', async () => {
    await keys.prepare();
    await failAt(manner);
    passTime(3601);
    expect(await answer(known)).toBe('unavailable');
    if (manner === 'down') await server.comeBack();
    answerFromNowOn('well');
    expect(await answer(known)).toBe('unavailable');
    passTime(10);
    expect(await answer(known)).toMatchObject({ algorithm: 'EdDSA' });
    expect(keys.failure()).toBeNull();
  });
});

describe('KEY-01: Tokens that name unknown keys', () => {
  it('cost one fetch in a window, and are refused', async () => {
    await keys.prepare();
    const flood = () => Promise.all(Array.from({ length: 10_000 }, (_, index) => answer({ alg: 'EdDSA', kid: `random-${index}` })));
    expect(new Set(await flood())).toEqual(new Set([null]));
    expect(server.fetches).toBe(1);
    passTime(9.9);
    await flood();
    expect(server.fetches).toBe(1);
    passTime(0.1);
    expect(new Set(await flood())).toEqual(new Set([null]));
    expect(server.fetches).toBe(2);
  });

  it('are refused at once in a closed window', async () => {
    await keys.prepare();
    expect(keys.keyFor(unknown)).toBeNull();
  });
});

describe('KEY-04: A slow provider', () => {
  it('holds no token up whose key is known, not even when others wait', async () => {
    await keys.prepare();
    answerFromNowOn('never');
    passTime(601);
    const waiting = answer(unknown);
    expect(keys.keyFor(known)).toMatchObject({ algorithm: 'EdDSA' });
    expect(await waiting).toBe('unavailable');
  });
});

describe('The log', () => {
  it('tells of an outage once, and of its end', async () => {
    await keys.prepare();
    server.answers('jwks', 'with 500');
    for (let window = 0; window < 5; window += 1) {
      passTime(10);
      await Promise.all([answer(unknown), answer(unknown)]);
    }
    server.answers('jwks', 'well');
    passTime(10);
    await Promise.all([answer(unknown), answer(unknown)]);
    expect(lines).toEqual([
      `warn: An identity provider gives no keys: ${server.jwksUri} has answered 500. Known keys are used until they are 3600 s old.`,
      `log: The identity provider gives its keys again: ${server.jwksUri}`,
    ]);
  });

  it('does not tell what contradicts the configuration at the start, which whoever starts the application gets to know', async () => {
    server.publish('jwks', { keys: [] });
    await expect(keys.prepare()).rejects.toThrow(ProviderContradiction);
    expect(lines).toEqual([]);
  });

  it('tells it later', async () => {
    await keys.prepare();
    server.publish('jwks', { keys: [] });
    passTime(10);
    await answer(unknown);
    expect(lines).toEqual([expect.stringMatching(/^warn: An identity provider gives no keys: .*: none of the 0 keys .* Its tokens get 503 meanwhile\.$/)]);
  });

  it('shows the issuer as it is configured, where its metadata are asked', async () => {
    server.answers('jwks', 'with 500');
    keys = new RemoteKeys({ issuer: server.issuer, jwksUri: null, algorithms: ['EdDSA'], privateNetwork: false, maxStale: 3600 });
    await answer(known);
    server.answers('jwks', 'well');
    passTime(10);
    await answer(known);
    expect(lines.at(-1)).toBe(`log: The identity provider gives its keys again: ${server.issuer}`);
  });

  it('tells that there are no keys at all', async () => {
    server.answers('jwks', 'with HTML');
    await answer(known);
    expect(lines).toEqual([`warn: An identity provider gives no keys: ${server.jwksUri} has answered with something else than application/json. Its tokens get 503 meanwhile.`]);
  });
});
