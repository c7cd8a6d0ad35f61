/** The Wasserstein distance of order 1 between two samples. */

import { paired, type Steps } from './steps.js';

/**
 * The area between the two empirical distributions, in the values' own unit: how far the numbers must be moved on
 * average to make one sample of the other (earth mover's distance; scipy.stats.wasserstein_distance).
 */
export function wasserstein(a: Steps, b: Steps): number {
  let [below, under, area] = [0, 0, 0];
  let last: number | undefined;
  for (const step of paired(a, b)) {
    if (last !== undefined)
      area += Math.abs(below / a.count - under / b.count) * (step.value - last);
    below += step.a;
    under += step.b;
    last = step.value;
  }
  return area;
}
