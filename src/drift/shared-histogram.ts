/** Two samples in bins of equal width, for people to look at. */

import { paired, type Steps } from '../statistics/steps.js';

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
    values[0]!,
    values[values.length - 1]!,
  ]);
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const [low, high] = greatest > least ? [least, greatest] : [least - 0.5, least + 0.5];
  const sides = { a: new Array<number>(bins).fill(0), b: new Array<number>(bins).fill(0) };
  const { values, a, b } = paired(reference, current);
  for (let i = 0; i < values.length; i++) {
    const share = (values[i]! - low) / (high - low);
    const bin = Math.min(bins - 1, Math.floor(share * bins));
    sides.a[bin] = sides.a[bin]! + a[i]! / reference.count;
    sides.b[bin] = sides.b[bin]! + b[i]! / current.count;
  }
  return { low, high, reference: sides.a, current: sides.b };
}
