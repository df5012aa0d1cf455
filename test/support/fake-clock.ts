import { jest } from '@jest/globals';

const TIMERS = [
  'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval',
] as const;
const TIMEOUTS = ['setTimeout', 'clearTimeout'] as const;

/** Stops the date, in seconds since 1970; timers go on, as HTTP needs them. */
export function stopDateAt(seconds: number): void {
  jest.useFakeTimers({ now: seconds * 1000, doNotFake: [...TIMERS, ...TIMEOUTS] });
}

/** Lets a stopped date go on to another second. */
export function moveDateTo(seconds: number): void {
  jest.setSystemTime(seconds * 1000);
}

/** Stops the clock that only goes forward, and nothing else, until {@link passTime}. */
export function stopMonotonicClock(): void {
  jest.useFakeTimers({ doNotFake: [...TIMERS.filter((timer) => timer !== 'performance'), ...TIMEOUTS, 'Date'] });
}

/** Stops the clock that only goes forward, and `setTimeout`, until {@link passTime}. */
export function stopMonotonicTime(): void {
  jest.useFakeTimers({ doNotFake: [...TIMERS.filter((timer) => timer !== 'performance'), 'Date'] });
}

/** Stops `setTimeout`, and nothing else, until {@link passTime}. */
export function stopTimeouts(): void {
  jest.useFakeTimers({ doNotFake: [...TIMERS, 'Date'] });
}

/** Lets a stopped clock go on, and runs the timeouts of the next seconds. */
export function passTime(seconds: number): void {
  jest.advanceTimersByTime(seconds * 1000);
}

/** How many timeouts are waiting. */
export function waitingTimeouts(): number {
  return jest.getTimerCount();
}

/** Gives the real clock back. */
export function realClock(): void {
  jest.useRealTimers();
}
