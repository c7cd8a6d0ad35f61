/** The Wasserstein distance of order 1 between two samples. */

import { paired, type Steps } from './steps.js';

/**
 * The area between the two empirical distributions, in the values' own unit: how far the numbers must be moved on
 * average to make one sample of the other (earth mover's distance; scipy.stats.wasserstein_distance).
 */
export function wasserstein(a: Steps, b: Steps): number {
  const { values, a: ofA, b: ofB } = paired(a, b);
  let [below, under, area] = [0, 0, 0];
  for (let i = 0; i + 1 < values.length; i++) {
    below += ofA[i]!;
    under += ofB[i]!;
    const width = values[i + 1]! - values[i]!;
    area += Math.abs(below / a.count - under / b.count) * width;
  }
  return area;
}
