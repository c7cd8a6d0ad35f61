/** Fisher's exact test of a table of two rows and two columns. */

import { logGamma } from './tails.js';

export interface FisherExact {
  /** As likely a table or a less likely one, in either direction. */
  readonly p: number;
  /** As small a first cell or a smaller one. */
  readonly pLess: number;
}

/**
 * Given the margins of [[a, b], [c, d]], a is hypergeometric where rows and columns are independent (R. A. Fisher
 * 1934, Statistical Methods for Research Workers; scipy.stats.fisher_exact).
 */
export function fisherExact(a: number, b: number, c: number, d: number): FisherExact {
  const [row, column, total] = [a + b, a + c, a + b + c + d];
  const ways = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const all = ways(total, column);
  const chance = (x: number) => Math.exp(ways(row, x) + ways(total - row, column - x) - all);
  const least = Math.max(0, column - (total - row));
  const seen = chance(a);
  let [p, pLess] = [0, 0];
  for (let x = least; x <= Math.min(row, column); x++) {
    const probability = chance(x);
    if (probability <= seen * (1 + 1e-7)) p += probability;
    if (x <= a) pLess += probability;
  }
  return { p: Math.min(1, p), pLess: Math.min(1, pLess) };
}
