/** The middle of the values: one slow round does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median with the smallest and the largest value. */
export function spread(values: readonly number[], digits = 0): string {
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${String(middle)} (${String(low)}..${String(high)})`;
}

/** A number as people read it. */
export function shown(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}
