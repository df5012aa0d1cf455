import { MemoryNonceStore } from 'nestjs-scopes';
import { expectRefused, expectUser, SECRET, startDigest } from '../support/digest-app.js';
import type { DigestAppOptions } from '../support/digest-app.js';
import { moveDateTo, realClock, stopDateAt } from '../support/fake-clock.js';
import { ADAPTERS } from '../support/running-app.js';

const NOW = 1_800_000_000;
const later = (seconds: number): number => (NOW + seconds) * 1000;
const nonceNamed = (number: number): string => `nonce-${number}`;

describe('the store of a process', () => {
  beforeEach(() => {
    stopDateAt(NOW);
  });
  afterEach(realClock);

  it('DIG-11: remembers as many nonces as it was told, and no more', () => {
    const store = new MemoryNonceStore(100);
    const all = Array.from({ length: 5000 }, (_, index) => index);
    expect(all.every((index) => store.use(nonceNamed(index), 1, later(300) + index))).toBe(true);
    expect(all.filter((index) => store.use(nonceNamed(index), 2, later(300) + index))).toEqual(all.slice(-100));
  });

  it('DIG-11: remembers 10,000 where nothing else is said', () => {
    const store = new MemoryNonceStore();
    const all = Array.from({ length: 10_001 }, (_, index) => index);
    for (const index of all) store.use(nonceNamed(index), 1, later(300) + index);
    expect(all.filter((index) => !store.use(nonceNamed(index), 2, later(300) + index))).toEqual([0]);
  });

  it('DIG-11: never takes a nonce again that it forgot, whatever its count', () => {
    const store = new MemoryNonceStore(1);
    expect([store.use('first', 1, later(300)), store.use('second', 1, later(301))]).toEqual([true, true]);
    expect([1, 2, 1000, 0xffffffff].map((count) => store.use('first', count, later(300)))).toEqual([false, false, false, false]);
    expect(store.use('second', 2, later(301))).toBe(true);
  });

  it('DIG-11: takes no nonce that may have been forgotten: of the time of a forgotten one, or before', () => {
    const store = new MemoryNonceStore(1);
    store.use('first', 1, later(300));
    store.use('second', 1, later(301));
    expect(store.use('of the same time', 1, later(300))).toBe(false);
    expect(store.use('before', 1, later(299))).toBe(false);
    expect(store.use('after', 1, later(302))).toBe(true);
  });

  it('DIG-11: takes no nonce whose time is that of the one it has to forget for it', () => {
    const store = new MemoryNonceStore(1);
    expect([store.use('first', 1, later(300)), store.use('second', 1, later(300))]).toEqual([true, false]);
    expect(store.use('first', 2, later(300))).toBe(false);
  });

  it('DIG-11: does not take back what it knows of a forgotten nonce when one of an earlier end has to go', () => {
    const store = new MemoryNonceStore(3);
    for (const [nonce, seconds] of [['late', 500], ['early', 400], ['short', 300], ['fourth', 600], ['fifth', 700]] as const) {
      expect(store.use(nonce, 1, later(seconds))).toBe(true);
    }
    // There is room now, and "late" is good still.
    moveDateTo(NOW + 301);
    expect(store.use('late', 1, later(500))).toBe(false);
  });

  it('DIG-11: makes room by dropping what has expired, which forgets nothing', () => {
    const store = new MemoryNonceStore(3);
    store.use('first', 1, later(60));
    store.use('second', 1, later(120));
    store.use('other', 1, later(120));
    moveDateTo(NOW + 61);
    expect(store.use('third', 1, later(119))).toBe(true);
    expect(store.use('second', 2, later(120))).toBe(true);
  });

  it('DIG-11: drops all that has expired at once, though nobody asks for it again', () => {
    const store = new MemoryNonceStore(3);
    for (const index of [1, 2, 3]) store.use(nonceNamed(index), 1, later(60));
    moveDateTo(NOW + 61);
    const next = [4, 5, 6].map((index) => store.use(nonceNamed(index), 1, later(120)));
    expect([...next, ...[4, 5, 6].map((index) => store.use(nonceNamed(index), 2, later(120)))]).toEqual([true, true, true, true, true, true]);
  });

  it('DIG-11: keeps a nonce to the very end of its life', () => {
    const store = new MemoryNonceStore(2);
    store.use('first', 1, later(60));
    moveDateTo(NOW + 60);
    store.use('second', 1, later(120));
    expect(store.use('first', 1, later(60))).toBe(false);
    expect(store.use('first', 2, later(60))).toBe(true);
  });

  it('DIG-11: takes no nonce again that it dropped as expired, were the clock set back', () => {
    const store = new MemoryNonceStore(2);
    store.use('first', 1, later(60));
    moveDateTo(NOW + 61);
    store.use('second', 1, later(120));
    moveDateTo(NOW);
    expect(store.use('first', 1, later(60))).toBe(false);
  });

  it('DIG-11: takes no nonce that was made before itself, as nobody knows its uses', () => {
    const store = new MemoryNonceStore();
    expect(store.use('before', 1, later(300), later(0) - 1)).toBe(false);
    expect(store.use('then', 1, later(300), later(0))).toBe(true);
    moveDateTo(NOW + 10);
    expect(store.use('then', 2, later(300), later(0))).toBe(true);
  });

  it('DIG-11: costs the same for counts that are far apart', () => {
    const store = new MemoryNonceStore();
    const counts = [1, 0xffffffff, 1, 0x3fffffff, 0xfffffffe, 0xffffffff];
    expect(counts.map((count) => store.use('nonce', count, later(300)))).toEqual([true, true, false, false, true, false]);
  });
});

/** What is known after a restart. */
const RESTARTS: readonly { readonly what: string; readonly options: DigestAppOptions }[] = [
  { what: 'another random key', options: {} },
  { what: 'the same key and an empty store', options: { nonceSecret: SECRET } },
];

describe.each(ADAPTERS)('the nonces of Digest in time on %s', (adapter) => {
  afterEach(realClock);

  it('DIG-11: tells the client of a forgotten nonce to take a new one', async () => {
    const app = await startDigest(adapter, { nonceStore: new MemoryNonceStore(1) });
    stopDateAt(NOW);
    const first = await app.call();
    expectUser(await app.answer(first), 'Mufasa');
    moveDateTo(NOW + 1);
    const second = await app.call();
    expectUser(await app.answer(second), 'Mufasa');
    expectRefused(await app.answer({ ...first, nc: '00000002' }), 'true');
    expectUser(await app.answer({ ...second, nc: '00000002' }), 'Mufasa');
    await app.close();
  });

  it.each(RESTARTS)('DIG-11: after a restart with $what a nonce of before is stale, were its count used or not', async ({ options }) => {
    const before = await startDigest(adapter, options);
    const call = await before.call();
    expectUser(await before.answer(call), 'Mufasa');
    await before.close();

    const after = await startDigest(adapter, options);
    expectRefused(await after.answer(call), 'true');
    expectRefused(await after.answer({ ...call, nc: '00000002' }), 'true');
    expectRefused(await after.answer({ ...call, nc: '00000003', password: 'wrong' }));
    expectUser(await after.answer(await after.call()), 'Mufasa');
    await after.close();
  });

  it('DIG-11: after a restart with the same key and a store that lasts, the client goes on, and cannot be replayed', async () => {
    const options = { nonceSecret: SECRET, nonceStore: new MemoryNonceStore() };
    const before = await startDigest(adapter, options);
    const call = await before.call();
    expectUser(await before.answer(call), 'Mufasa');
    await before.close();

    const after = await startDigest(adapter, options);
    expectRefused(await after.answer(call), 'true');
    expectUser(await after.answer({ ...call, nc: '00000002' }), 'Mufasa');
    await after.close();
  });
});
