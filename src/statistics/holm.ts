/** Holm's correction for testing many things at once. */

/**
 * Adjusted p-values: rejecting those up to α keeps the chance of any false rejection at α or below, however the tests
 * depend on each other (S. Holm 1979, Scand. J. Statist. 6, 65–70).
 */
export function holm(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((i, j) => p[i]! - p[j]!);
  const adjusted = new Array<number>(p.length).fill(1);
  let most = 0;
  for (const [rank, i] of order.entries()) {
    most = Math.max(most, Math.min(1, p[i]! * (p.length - rank)));
    adjusted[i] = most;
  }
  return adjusted;
}
