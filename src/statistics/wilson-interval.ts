/** Wilson's score interval: how far a share of successes may lie from the true rate. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal: an interval of 95 %. */
const z = 1.959963984540054;

/**
 * The 95 % confidence interval of a rate, after E. B. Wilson (1927), JASA 22, 209–212.
 * Unlike the usual ± 1.96 standard errors it stays within 0 and 1 and holds for rates near them.
 * successes ≤ trials, trials ≥ 1.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  const rate = successes / trials;
  const spread = z * z;
  const centre = successes + spread / 2;
  const half = z * Math.sqrt(trials * rate * (1 - rate) + spread / 4);
  const width = trials + spread;
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - half) / width),
    high: successes === trials ? 1 : Math.min(1, (centre + half) / width),
  };
}
