import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, HTTPBearer, JwtStrategy, Scopes, Security } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { generateKeyPairSync } from 'node:crypto';
import { passTime, realClock, stopMonotonicClock } from '../support/fake-clock.js';
import { KeyServer } from '../support/key-server.js';
import type { Manner } from '../support/key-server.js';
import { usedBytes } from '../support/memory.js';
import { portsAsked } from '../support/ports-asked.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { recordFigure } from '../support/score.js';
import { AUDIENCE, publicKey, tokenWith } from '../support/tokens.js';

const known = { ...publicKey.export({ format: 'jwk' }), kid: 'known' };
const other = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 'other' };
const [HOUR, WINDOW, MEBIBYTE] = [3600, 10, 2 ** 20];
/** Requests that an attempt has for each. */
const [KEYS, METADATA] = [1, 1];

/** An application that takes the tokens of a provider, whose keys it finds by discovery. */
function appOf(issuer: string): DynamicModule {
  class ProviderStrategy extends JwtStrategy {
    constructor() {
      super({ issuer, audience: AUDIENCE, algorithms: ['EdDSA'] });
    }
    validate({ sub }: AccessTokenClaims): unknown {
      return { name: sub };
    }
  }
  const bearer = new HTTPBearer();
  @Controller('me')
  @Security(bearer)
  class MeController {
    @Get()
    @Scopes('me')
    read() {
      return {};
    }
  }
  @Module({})
  class ProviderApp {}
  return { module: ProviderApp, imports: [AuthModule.forRoot({ schemes: [{ scheme: bearer, strategy: ProviderStrategy }] })], controllers: [MeController] };
}

const OUTAGES: readonly { readonly because: string; readonly manner: Manner | 'down' }[] = [
  { because: 'is down', manner: 'down' },
  { because: 'answers 500', manner: 'with 500' },
  { because: 'answers 404', manner: 'with 404' },
  { because: 'is too slow', manner: 'never' },
  { because: 'breaks the connection off', manner: 'with a reset' },
  { because: 'answers with 50 MiB', manner: 'with 50 MiB' },
  { because: 'redirects', manner: 'with a redirect' },
  { because: 'answers with HTML', manner: 'with HTML' },
  { because: 'answers with gzip', manner: 'with gzip' },
];

/** `status`: what tokens of the key that is known get then. */
const REFUSED_SETS: readonly { readonly because: string; readonly keys: readonly object[]; readonly status: number }[] = [
  { because: 'two keys of one name, and the known one under its own', keys: [other, { ...other, x: known.x }, known], status: 200 },
  { because: 'two keys of one name, and not the known one', keys: [other, { ...known, kid: 'other' }], status: 503 },
  { because: 'a private key beside the known one', keys: [known, { ...other, d: 'AQAB' }], status: 200 },
  { because: 'the private half of the known one', keys: [known, { ...known, kid: 'private', d: 'AQAB' }], status: 503 },
  { because: 'a secret beside the known one', keys: [known, { kty: 'oct', kid: 'secret', k: 'AQAB' }], status: 200 },
  { because: 'a secret, and not the known one', keys: [other, { kty: 'oct', kid: 'secret', k: 'AQAB' }], status: 503 },
  { because: 'no key', keys: [], status: 503 },
  { because: 'more than 100 keys', keys: Array.from({ length: 101 }, (_, index) => ({ ...other, kid: String(index) })), status: 200 },
];

/** Other conditions than those two lists: a new key, a removed one, and names that nobody knows. */
const OTHERS = 3;

const figures = { conditions: 0, requests: 0, mostAttempts: 0, wrong: 0, grownBytes: 0 };
afterAll(() => {
  const { conditions, requests, mostAttempts, wrong, grownBytes } = figures;
  recordFigure({
    name: 'JWKS chaos',
    figure: `${conditions / ADAPTERS.length} conditions on ${ADAPTERS.length} servers, ${requests} requests: at most ${mostAttempts} attempt in a window, ${wrong} wrong answers, heap and buffers +${(Math.max(0, grownBytes) / MEBIBYTE).toFixed(1)} MiB`,
    goal: 'at most 1 attempt in a window, 0 wrong answers, less than +5 MiB',
    isMet: conditions === (OUTAGES.length + REFUSED_SETS.length + OTHERS) * ADAPTERS.length && mostAttempts <= 1 && wrong === 0 && grownBytes < 5 * MEBIBYTE,
  });
});

describe.each(ADAPTERS)('An application whose identity provider misbehaves, on %s', (adapter) => {
  let provider: KeyServer;
  let app: RunningApp;
  /** Of the test that runs. */
  let tally: typeof figures;
  beforeEach(async () => {
    tally = { conditions: 0, requests: 0, mostAttempts: 0, wrong: 0, grownBytes: 0 };
    stopMonotonicClock();
    provider = await KeyServer.start();
    provider.publish('jwks', { keys: [known] });
    app = await start(appOf(provider.issuer), adapter);
  });
  afterEach(async () => {
    figures.conditions += tally.conditions;
    figures.requests += tally.requests;
    figures.wrong += tally.wrong;
    figures.mostAttempts = Math.max(figures.mostAttempts, tally.mostAttempts);
    figures.grownBytes = Math.max(figures.grownBytes, tally.grownBytes);
    await app.close();
    await provider.goDown();
    realClock();
  });

  function token(kid: string, claims: Record<string, unknown> = {}): Promise<string> {
    return tokenWith('me', { iss: provider.issuer, ...claims }, { kid });
  }

  /** The statuses of some requests with the same token, sent at once. */
  async function statuses(kid: string, count = 20): Promise<readonly number[]> {
    const sent = await token(kid);
    const answers = await Promise.all(Array.from({ length: count }, () => app.get('/me', sent)));
    tally.requests += count;
    return [...new Set(answers.map(({ status }) => status))];
  }

  /**
   * Answers are as they should be, and the provider was connected to no more often than one attempt takes, each request
   * with a connection of its own; 0 where nobody may try.
   */
  async function expectInWindow(kid: string, status: number, connections: number): Promise<void> {
    const asked = portsAsked();
    const answered = await statuses(kid);
    asked.stop();
    const found = asked.ports.filter((port) => port === provider.port).length;
    tally.wrong += answered.filter((other) => other !== status).length;
    tally.mostAttempts = Math.max(tally.mostAttempts, Math.ceil(found / Math.max(1, connections)));
    expect(answered).toEqual([status]);
    expect(found).toBeLessThanOrEqual(connections);
  }

  it.each(OUTAGES)('KEY-02, KEY-03, KEY-12: takes good tokens up to maxStale where it $because, and answers 503 then', async ({ manner }) => {
    if (manner === 'down') await provider.goDown();
    else for (const name of ['jwks', 'openid', 'oauth'] as const) provider.answers(name, manner);
    // After a failure the metadata are asked where the keys are: at one place, or at two where there are none.
    const both = KEYS + (manner === 'with 404' ? 2 : 1) * METADATA;
    await expectInWindow('known', 200, 0);
    passTime(HOUR - 60);
    await expectInWindow('known', 200, KEYS);
    passTime(WINDOW);
    await expectInWindow('unknown', 503, both);
    await expectInWindow('unknown', 503, 0);
    passTime(WINDOW);
    await expectInWindow('unknown', 503, both);
    passTime(60);
    await expectInWindow('known', 503, both);
    const { status, headers, challenges } = await app.get('/me', await token('known'));
    expect({ status, challenges }).toEqual({ status: 503, challenges: [] });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    tally.conditions += 1;
  });

  it.each(REFUSED_SETS)('KEY-05, KEY-09: keeps of the keys that it has those that are still listed where it publishes $because', async ({ keys, status }) => {
    provider.publish('jwks', { keys });
    passTime(WINDOW);
    await expectInWindow('other', 503, KEYS);
    await expectInWindow('known', status, 0);
    passTime(WINDOW);
    await expectInWindow('other', 503, KEYS);
    await expectInWindow('known', status, 0);
    tally.conditions += 1;
  });

  it('KEY-09: takes a new key after one fetch, and refuses a removed one after the next', async () => {
    const published = { ...known, kid: 'new' };
    provider.publish('jwks', { keys: [known, published] });
    passTime(WINDOW);
    await expectInWindow('new', 200, KEYS);
    provider.publish('jwks', { keys: [published] });
    passTime(HOUR + 1);
    await expectInWindow('known', 401, KEYS);
    await expectInWindow('new', 200, 0);
    tally.conditions += 2;
  });

  it('KEY-01: fetches once in a window for 10,000 tokens that name unknown keys, and its memory stays flat', async () => {
    const flood = async (from: number, count: number): Promise<void> => {
      const before = provider.fetches;
      passTime(WINDOW);
      for (let sent = 0; sent < count; sent += 50) {
        const tokens = await Promise.all(Array.from({ length: 50 }, (_, index) => token(`random-${from + sent + index}`)));
        const answers = await Promise.all(tokens.map((each) => app.get('/me', each)));
        tally.wrong += answers.filter(({ status }) => status !== 401).length;
        tally.requests += 50;
      }
      tally.mostAttempts = Math.max(tally.mostAttempts, provider.fetches - before);
    };
    await flood(0, 500);
    const [before, fetches] = [usedBytes(), provider.fetches];
    for (let window = 1; window <= 10; window += 1) await flood(window * 1000, 1000);
    tally.grownBytes = usedBytes() - before;
    expect(tally).toMatchObject({ wrong: 0, mostAttempts: 1 });
    expect(provider.fetches - fetches).toBe(10);
    expect(tally.grownBytes).toBeLessThan(5 * MEBIBYTE);
    tally.conditions += 1;
  }, 120_000);

  it('JWT-13: fetches nothing for tokens that it refuses without a key', async () => {
    passTime(WINDOW);
    const before = provider.fetches;
    const tokens = [
      await token('unknown', { exp: 1 }), await token('unknown', { aud: 'another' }), await token('unknown', { iss: 'https://other.example.com' }),
      await tokenWith('me', { iss: provider.issuer }, { kid: 'unknown', typ: 'dpop+jwt' }),
    ];
    for (const each of tokens) expect((await app.get('/me', each)).status).toBe(401);
    expect(provider.fetches).toBe(before);
  });
});
