/** Seconds that only go forward, whatever is done to the date. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}
