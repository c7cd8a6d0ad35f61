/** Poisson numbers. */

import type { Generator } from '../../random/generator.js';

/** Means above this are drawn as sums: e to the minus it is still far from the smallest number. */
const largestMean = 500;

/** A Poisson number of mean `mean` ≥ 0, by multiplying uniform numbers (Knuth, The Art of Computer Programming, 3.4.1); takes about `mean` draws. */
export function poisson(mean: number, generator: Generator): number {
  let count = 0;
  let left = mean;
  for (; left > largestMean; left -= largestMean) count += small(largestMean, generator);
  return count + small(left, generator);
}

function small(mean: number, generator: Generator): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = generator.uniform(); product > limit; product *= generator.uniform()) count++;
  return count;
}
