/** Figures of repeated measurements: medians, means with their deviation, times as people read them. */

/** The middle of the values; of an even number, the mean of the two in the middle. NaN where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (i: number) => sorted[i] ?? Number.NaN;
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sample's standard deviation (n − 1); NaN for fewer than two values. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Shares as `93.24 ± 0.12 %`; without the deviation where there is but one, `–` where there is none. */
export function shareOfSeeds(shares: readonly number[]): string {
  if (shares.length === 0) return '–';
  const spread = deviation(shares);
  const around = Number.isFinite(spread) ? ` ± ${(spread * 100).toFixed(2)}` : '';
  return `${(mean(shares) * 100).toFixed(2)}${around} %`;
}

/** 59.6 → `1 min 0 s`; below a minute `12 s`, below ten seconds `4.2 s`, from an hour on `2 h 5 min`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
