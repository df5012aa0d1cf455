import { passTime, realClock, stopMonotonicClock, stopTimeouts } from '../../../../test/support/fake-clock.js';
import { KeyServer } from '../../../../test/support/key-server.js';
import type { Manner } from '../../../../test/support/key-server.js';
import { ProviderContradiction, ProviderUnavailable } from '../errors.js';
import { monotonicSeconds } from './clock.js';
import { ProviderEndpoint } from './provider-endpoint.js';
import type { FoundEndpoint } from './provider-endpoint.js';

const [DAY, RESPITE] = [86_400, 600];

let server: KeyServer;
let endpoint: ProviderEndpoint;
beforeEach(async () => {
  stopMonotonicClock();
  server = await KeyServer.start();
  endpoint = new ProviderEndpoint({ issuer: server.issuer, name: 'jwks_uri', given: null, network: 'public' });
});
afterEach(async () => {
  realClock();
  await server.goDown();
});

function find(): Promise<FoundEndpoint> {
  return endpoint.find(monotonicSeconds() + 0.5);
}

/** Metadata name another URL from now on. */
function move(): string {
  const moved = `${server.jwksUri}/moved`;
  server.publish('openid', { issuer: server.issuer, jwks_uri: moved });
  return moved;
}

async function failAt(manner: Manner | 'down'): Promise<void> {
  if (manner === 'down') await server.goDown();
  else for (const name of ['openid', 'oauth'] as const) server.answers(name, manner);
}

const OUTAGES: readonly (Manner | 'down')[] = ['down', 'with 500', 'with 404', 'never', 'with HTML', 'with a redirect'];

describe('An endpoint that metadata name', () => {
  it('is asked for once, by all who want it, and then not for a day', async () => {
    const found = await Promise.all([find(), find(), find()]);
    expect(new Set(found.map(({ url }) => url))).toEqual(new Set([server.jwksUri]));
    move();
    passTime(DAY - 0.1);
    expect((await find()).url).toBe(server.jwksUri);
    expect(server.asked.openid).toBe(1);
  });

  it('is asked for again after a day', async () => {
    await find();
    const moved = move();
    passTime(DAY);
    expect((await Promise.all([find(), find()])).map(({ url }) => url)).toEqual([moved, moved]);
    expect(server.asked.openid).toBe(2);
  });

  it.each(OUTAGES)('that is a day old stays in use while metadata come %s, which are not asked each time', async (manner) => {
    await find();
    passTime(DAY);
    await failAt(manner);
    expect((await find()).url).toBe(server.jwksUri);
    const { openid } = server.asked;
    passTime(RESPITE - 0.1);
    expect((await find()).url).toBe(server.jwksUri);
    expect(server.asked.openid).toBe(openid);
    if (manner === 'down') await server.comeBack();
    server.answers('openid', 'well');
    const moved = move();
    passTime(0.1);
    expect((await find()).url).toBe(moved);
  });

  it.each(OUTAGES)('that has failed stays in use while metadata come %s', async (manner) => {
    endpoint.doubt(await find(), monotonicSeconds());
    await failAt(manner);
    expect((await find()).url).toBe(server.jwksUri);
  });

  it('waits for metadata half of the time at most, and leaves the other half to be used', async () => {
    endpoint.doubt(await find(), monotonicSeconds());
    realClock();
    stopTimeouts();
    server.answers('openid', 'never');
    server.onAsked = () => { passTime(5); };
    expect((await endpoint.find(monotonicSeconds() + 10)).url).toBe(server.jwksUri);
  });

  it('is asked for again when it has failed', async () => {
    endpoint.doubt(await find(), monotonicSeconds());
    const moved = move();
    expect((await find()).url).toBe(moved);
    expect(server.asked.openid).toBe(2);
  });

  it('is not asked for again when it has failed in the attempt in which metadata were asked, in vain or not', async () => {
    server.onAsked = () => { passTime(1); };
    let start = monotonicSeconds();
    const found = await find();
    endpoint.doubt(found, start);
    expect(await find()).toBe(found);
    start = monotonicSeconds();
    endpoint.doubt(await find(), start);
    server.answers('openid', 'with 500');
    const known = await find();
    expect(known.url).toBe(server.jwksUri);
    endpoint.doubt(known, start);
    expect(await find()).toBe(known);
    expect(server.asked.openid).toBe(2);
  });

  it('is not asked for again because of a failure of what was found before', async () => {
    const early = await find();
    endpoint.doubt(early, monotonicSeconds());
    await find();
    endpoint.doubt(early, monotonicSeconds());
    await find();
    expect(server.asked.openid).toBe(2);
  });

  it('is not used any more when metadata contradict the configuration, nor in an outage after that', async () => {
    await find();
    passTime(DAY);
    server.publish('openid', { issuer: 'https://other.example.com', jwks_uri: server.jwksUri });
    await expect(find()).rejects.toBeInstanceOf(ProviderContradiction);
    server.answers('openid', 'with 500');
    await expect(find()).rejects.toBeInstanceOf(ProviderUnavailable);
  });

  it('is not known in an outage from the start on, and asked for each time', async () => {
    server.answers('openid', 'with 500');
    await expect(find()).rejects.toBeInstanceOf(ProviderUnavailable);
    await expect(find()).rejects.toBeInstanceOf(ProviderUnavailable);
    expect(server.asked.openid).toBe(2);
  });
});

describe('An endpoint that is given', () => {
  it('is where it is: no metadata are asked', async () => {
    endpoint = new ProviderEndpoint({ issuer: server.issuer, name: 'jwks_uri', given: 'https://login.example.com/keys', network: 'public' });
    const found = await find();
    endpoint.doubt(found, monotonicSeconds());
    passTime(2 * DAY);
    expect((await find()).url).toBe('https://login.example.com/keys');
    expect(server.fetches).toBe(0);
  });
});

describe('An endpoint that cannot be looked for', () => {
  it('is unavailable, whatever the reason', async () => {
    endpoint = new ProviderEndpoint({ issuer: 5 as unknown as string, name: 'jwks_uri', given: null, network: 'public' });
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error).toMatchObject({ message: 'The metadata of 5 cannot be read', cause: expect.any(TypeError) as unknown });
  });
});
