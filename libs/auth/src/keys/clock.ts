/** Seconds that only go forward, whatever is done to the date. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}

/** How long it is until a moment of that clock; 0 where it is past. */
export function secondsUntil(moment: number): number {
  return Math.max(0, moment - monotonicSeconds());
}
