/**
 * Two-proportion tests: one-sided, whether a share has fallen, as accuracy; two-sided, whether it has changed, as that of missing
 * values.
 */

import { leastExpected } from './chi-square.js';
import { fisherExact } from './fisher.js';
import { normalTail } from './tails.js';

export interface TwoProportions {
  /** Standardised difference, positive where the second share is the smaller. */
  readonly statistic: number;
  /** One-sided: the probability of such a loss, or a larger one, though the rates are the same. */
  readonly p: number;
  /** Two-sided: that of so large a difference in either direction. */
  readonly pTwoSided: number;
}

/**
 * The pooled z test of two rates; by Fisher's exact test where a cell is expected fewer than five times. hits ≤ trials,
 * trials ≥ 1.
 */
export function twoProportions(
  hits: number,
  trials: number,
  laterHits: number,
  laterTrials: number,
): TwoProportions {
  const pooled = (hits + laterHits) / (trials + laterTrials);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / laterTrials));
  const loss = hits / trials - laterHits / laterTrials;
  const statistic = error > 0 ? loss / error : 0;
  if (Math.min(trials, laterTrials) * Math.min(pooled, 1 - pooled) >= leastExpected)
    return {
      statistic,
      p: normalTail(statistic),
      pTwoSided: Math.min(1, 2 * normalTail(Math.abs(statistic))),
    };
  const exact = fisherExact(laterHits, laterTrials - laterHits, hits, trials - hits);
  return { statistic, p: exact.pLess, pTwoSided: exact.p };
}
