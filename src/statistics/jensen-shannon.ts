/** The Jensen–Shannon distance. */

/**
 * The square root of the Jensen–Shannon divergence to base 2, from 0 (the same shares) to 1 (nothing in common):
 * scipy.spatial.distance.jensenshannon with base 2; a metric (D. M. Endres, J. E. Schindelin 2003, IEEE Trans. Inf.
 * Theory 49, 1858–1860). Takes counts in the same bins; both sides must hold something.
 */
export function jensenShannon(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const total = (counts: ArrayLike<number>) =>
    Array.from(counts).reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(a), total(b)];
  let divergence = 0;
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [a[i]! / n, b[i]! / m];
    const middle = (p + q) / 2;
    if (p > 0) divergence += (p * Math.log2(p / middle)) / 2;
    if (q > 0) divergence += (q * Math.log2(q / middle)) / 2;
  }
  return Math.sqrt(Math.max(0, divergence));
}
