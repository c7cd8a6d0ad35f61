/** Two samples in bins of equal width, for people to look at. */

import { paired, type Steps } from './statistics/steps.js';

export interface SharedHistogram {
  /** Ends of the whole range; all bins are of one width. */
  readonly low: number;
  readonly high: number;
  /** Shares of each side, one a bin. */
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** Both samples over the range of all their values. */
export function sharedHistogram(reference: Steps, current: Steps, bins = 40): SharedHistogram {
  const ends = [reference, current].flatMap(({ values }) => [
    values[0] as number,
    values[values.length - 1] as number,
  ]);
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const [low, high] = greatest > least ? [least, greatest] : [least - 0.5, least + 0.5];
  const sides = { a: new Array<number>(bins).fill(0), b: new Array<number>(bins).fill(0) };
  for (const { value, a, b } of paired(reference, current)) {
    const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    sides.a[bin] = (sides.a[bin] as number) + a / reference.count;
    sides.b[bin] = (sides.b[bin] as number) + b / current.count;
  }
  return { low, high, reference: sides.a, current: sides.b };
}
