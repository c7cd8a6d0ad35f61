/** The population stability index, with a threshold that knows how large the samples are. */

import { chiSquareQuantile, chiSquareTail } from './tails.js';

export interface PopulationStability {
  /** Σ (p − q) ln(p / q) over the bins. */
  readonly index: number;
  /** The index exceeds this with probability α though nothing has changed. */
  readonly threshold: number;
  /** The probability of such an index, or a larger one, though nothing has changed. */
  readonly p: number;
}

/**
 * Customary bounds of the index, whatever the sample sizes: below 0.1 stable, from 0.25 on
 * shifted.
 */
export const defaultBounds = { moderate: 0.1, large: 0.25 } as const;

/**
 * Compares counts in the same bins. Where nothing has changed the index is distributed as (1/n + 1/m) χ² with one
 * degree of freedom less than there are bins (B. Yurdakul 2018, Statistical Properties of Population Stability
 * Index), which gives threshold and p; the customary bounds are too low for small samples and too high for large ones.
 * Where a bin is empty on one side, every count is raised by ½, lest the index be infinite.
 */
export function populationStability(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  alpha: number,
): PopulationStability {
  const pairs = Array.from(
    { length: reference.length },
    (_, i) => [reference[i]!, current[i]!] as const,
  ).filter(([a, b]) => a > 0 || b > 0);
  const [n, m] = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + pair[side]!, 0)) as [
    number,
    number,
  ];
  if (pairs.length < 2 || n === 0 || m === 0) return { index: 0, threshold: 0, p: 1 };
  const raise = pairs.some(([a, b]) => a === 0 || b === 0) ? 0.5 : 0;
  const more = raise * pairs.length;
  const index = pairs.reduce((sum, [a, b]) => {
    const [p, q] = [(a + raise) / (n + more), (b + raise) / (m + more)];
    return sum + (p - q) * Math.log(p / q);
  }, 0);
  const scale = 1 / n + 1 / m;
  const degrees = pairs.length - 1;
  return {
    index,
    threshold: scale * chiSquareQuantile(alpha, degrees),
    p: chiSquareTail(index / scale, degrees),
  };
}
