/** The correction of Benjamini and Hochberg for testing many things at once. */

/**
 * Adjusted p-values: rejecting those up to α keeps the expected share of false ones among the rejections at α or
 * below, for tests that are independent or positively dependent (Y. Benjamini, Y. Hochberg 1995, JRSS B 57, 289–300;
 * scipy.stats.false_discovery_control).
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((i, j) => p[j]! - p[i]!);
  const adjusted = new Array<number>(p.length).fill(1);
  let least = 1;
  for (const [rank, i] of order.entries()) {
    least = Math.min(least, (p[i]! * p.length) / (p.length - rank));
    adjusted[i] = least;
  }
  return adjusted;
}
