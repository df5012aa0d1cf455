import { MemoryNonceStore } from 'nestjs-scopes';
import type { DigestNonceStore } from 'nestjs-scopes';
import { expectRefused, expectUser, SECRET, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { readChallenge } from '../support/digest-client.js';
import { ADAPTERS } from '../support/running-app.js';
import type { TestResponse } from '../support/running-app.js';

const count = (number: number): string => number.toString(16).padStart(8, '0');

/** How many of the answers let the user in; the others say stale. */
function winners(answers: readonly TestResponse[]): number {
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.filter(({ status, challenges: [line = ''] }) => status !== 401 || readChallenge(line).stale !== 'true')).toEqual([]);
  return answers.length - refused.length;
}

const WINDOW = [
  { first: [1], then: 1, isTaken: false, because: 'it was used' },
  { first: [1], then: 2, isTaken: true, because: 'it is the next' },
  { first: [1], then: 9, isTaken: true, because: 'requests may get lost' },
  { first: [5], then: 3, isTaken: true, because: 'requests may overtake each other' },
  { first: [5, 3], then: 3, isTaken: false, because: 'it was used' },
  { first: [5, 3], then: 4, isTaken: true, because: 'it was not used' },
  { first: [5, 3, 4], then: 5, isTaken: false, because: 'it was used' },
  { first: [3, 5], then: 3, isTaken: false, because: 'it was used before the highest' },
  { first: [3, 5], then: 4, isTaken: true, because: 'it was jumped over' },
  { first: [200], then: 73, isTaken: true, because: 'it is 127 behind' },
  { first: [200, 73], then: 73, isTaken: false, because: 'it was used' },
  { first: [200], then: 72, isTaken: false, because: 'what is 128 behind is not known any more' },
  { first: [200], then: 1, isTaken: false, because: 'what is far behind is not known any more' },
  { first: [72, 198, 199], then: 72, isTaken: false, because: 'it was used 127 before the highest' },
  { first: [72, 200], then: 72, isTaken: false, because: 'what is 128 behind is not known any more' },
  { first: [72, 200], then: 200, isTaken: false, because: 'it was used, after a jump over all' },
  { first: [72, 200], then: 199, isTaken: true, because: 'it was jumped over' },
  { first: [0xffffffff], then: 0xffffffff, isTaken: false, because: 'it was used' },
  { first: [0xffffffff], then: 0xfffffffe, isTaken: true, because: 'it was jumped over' },
  { first: [0xffffffff], then: 1, isTaken: false, because: 'what is far behind is not known any more' },
];

const NO_COUNTS = [
  { nc: '00000000', because: 'it counts from 1' },
  { nc: '1', because: 'it has eight digits' },
  { nc: '0000001', because: 'it has eight digits' },
  { nc: '000000001', because: 'it has eight digits' },
  { nc: '0000000g', because: 'its digits are hexadecimal' },
  { nc: '-0000001', because: 'it has no sign' },
  { nc: '+0000001', because: 'it has no sign' },
  { nc: '0x000001', because: 'it has no prefix' },
  { nc: '"0000001 "', because: 'it has no space' },
  { nc: '""', because: 'it is empty' },
];

describe.each(ADAPTERS)('replayed Digest credentials on %s', (adapter) => {
  let app: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter, { algorithms: ['SHA-256', 'MD5'] });
  });
  afterAll(() => app.close());

  it('DIG-02: of 1,000 identical requests at a time exactly one is let in', async () => {
    const call = await app.call();
    expect(winners(await Promise.all(Array.from({ length: 1000 }, () => app.answer(call))))).toBe(1);
  });

  it('DIG-02: of 1,000 identical requests to two instances with one key and one store exactly one is let in', async () => {
    const shared = { nonceSecret: SECRET, nonceStore: new MemoryNonceStore() };
    const [first, second] = [await startDigest(adapter, shared), await startDigest(adapter, shared)];
    const call = await first.call();
    expect(winners(await Promise.all(Array.from({ length: 500 }, () => [first.answer(call), second.answer(call)]).flat()))).toBe(1);
    await first.close();
    await second.close();
  });

  it.each(WINDOW)('DIG-02: takes the count $then after $first: $isTaken, because $because', async ({ first, then, isTaken }) => {
    const call = await app.call();
    for (const number of first) expectUser(await app.answer({ ...call, nc: count(number) }), 'Mufasa');
    const answer = await app.answer({ ...call, nc: count(then) });
    if (isTaken) expectUser(answer, 'Mufasa');
    else expectRefused(answer, 'true');
  });

  it.each(NO_COUNTS)('DIG-02: does not take the count $nc, because $because', async ({ nc }) => {
    expectRefused(await app.answer(await app.call({ nc: nc.replaceAll('"', '') }), { nc }));
  });

  it('DIG-02: refuses an old request that is sent again after others', async () => {
    const call = await app.call();
    for (let number = 1; number <= 10; number += 1) expectUser(await app.answer({ ...call, nc: count(number) }), 'Mufasa');
    expectRefused(await app.answer(call), 'true');
  });

  it('DIG-02: counts the uses of a nonce for all algorithms and client nonces together', async () => {
    const call = await app.call();
    expectUser(await app.answer(call), 'Mufasa');
    expectRefused(await app.answer({ ...call, cnonce: 'another' }), 'true');
    expectRefused(await app.answer({ ...call, challenge: { ...call.challenge, algorithm: 'MD5' } }), 'true');
  });

  it('DIG-02: a wrong response does not use up a count', async () => {
    const call = await app.call();
    expectRefused(await app.answer({ ...call, password: 'wrong' }));
    expectUser(await app.answer(call), 'Mufasa');
  });
});

/** What was noted, and what a store of the application's own answered. */
const STORES = [
  { what: 'that says yes later', use: () => Promise.resolve(true), status: 200, because: 'it is asked over the network' },
  { what: 'that says no later', use: () => Promise.resolve(false), status: 401, because: 'another instance has seen the request' },
  { what: 'that rejects', use: () => Promise.reject(new Error('redis://user:hunter2@store')), status: 503, because: 'nobody knows whether it was used' },
  { what: 'that throws', use: () => { throw new Error('redis://user:hunter2@store'); }, status: 503, because: 'nobody knows whether it was used' },
];

describe.each(ADAPTERS)('a nonce store of the application on %s', (adapter) => {
  it.each(STORES)('DIG-02: $what makes the answer $status, because $because', async ({ use, status }) => {
    const app = await startDigest(adapter, { nonceStore: { use } });
    const answer = await app.answer(await app.call());
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('hunter2');
    await app.close();
  });

  it('DIG-02: is asked with nonce, count and end of its life, and only for right responses', async () => {
    const asked: (readonly [string, number, boolean])[] = [];
    const nonceStore: DigestNonceStore = {
      use(nonce, number, expiresAt) {
        asked.push([nonce, number, expiresAt > Date.now() + 50_000 && expiresAt <= Date.now() + 60_000]);
        return true;
      },
    };
    const app = await startDigest(adapter, { nonceStore, nonceLifetime: 60 });
    const call = await app.call({ nc: '0000001f' });
    await app.answer({ ...call, password: 'wrong' });
    await app.answer({ ...call, challenge: { ...call.challenge, nonce: 'foreign' } });
    await app.answer(call);
    expect(asked).toEqual([[call.challenge.nonce, 31, true]]);
    await app.close();
  });
});
