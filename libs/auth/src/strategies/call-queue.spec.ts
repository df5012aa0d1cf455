import { passTime, realClock, stopTimeouts, waitingTimeouts } from '../../../../test/support/fake-clock.js';
import { ProviderUnavailable } from '../errors.js';
import { CallQueue } from './call-queue.js';

describe('CallQueue', () => {
  let queue: CallQueue;
  let ends: (() => void)[];
  const runUntilEnded = (): Promise<void> => queue.run(() => new Promise<void>((resolve) => { ends.push(resolve); }));
  beforeEach(() => {
    stopTimeouts();
    queue = new CallQueue(5);
    ends = [];
    for (let count = 0; count < 100; count += 1) void runUntilEnded();
  });
  afterEach(realClock);

  it('runs 100 calls at a time, and then the others in the order in which they came', async () => {
    const order: number[] = [];
    const others = [1, 2, 3].map((place) => queue.run(() => Promise.resolve(order.push(place))));
    expect({ running: ends.length, order }).toEqual({ running: 100, order: [] });
    ends[50]?.();
    await Promise.all(others);
    expect({ order, timeouts: waitingTimeouts() }).toEqual({ order: [1, 2, 3], timeouts: 0 });
  });

  it('gives the place of a call that has failed to the next one', async () => {
    const failing = new CallQueue(5);
    const failed = Array.from({ length: 100 }, () => failing.run(() => Promise.reject(new Error('no'))));
    const next = failing.run(() => Promise.resolve('next'));
    await Promise.allSettled(failed);
    expect(await next).toBe('next');
  });

  it('has 1,000 wait, and no more', async () => {
    const waiting = Array.from({ length: 1_000 }, () => queue.run(() => Promise.resolve('later')));
    await expect(queue.run(() => Promise.resolve('too many'))).rejects.toBeInstanceOf(ProviderUnavailable);
    ends[0]?.();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['later']));
    expect(await queue.run(() => Promise.resolve('there is room again'))).toBe('there is room again');
  });

  it('has nobody wait for longer than it was told to, and forgets who has left', async () => {
    const calls: string[] = [];
    const late = queue.run(() => Promise.resolve(calls.push('late')));
    passTime(4);
    const later = queue.run(() => Promise.resolve(calls.push('later')));
    passTime(1);
    await expect(late).rejects.toBeInstanceOf(ProviderUnavailable);
    ends[0]?.();
    await later;
    expect(calls).toEqual(['later']);
  });
});
