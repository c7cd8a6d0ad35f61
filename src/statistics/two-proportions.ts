/**
 * One-sided two-proportion test: whether one share is less than another, as accuracy then and
 * now.
 */

import { leastExpected } from './chi-square.js';
import { fisherExact } from './fisher.js';
import { normalTail } from './tails.js';

export interface TwoProportions {
  /** Standardised difference, positive where the second share is the smaller. */
  readonly statistic: number;
  /** One-sided: the probability of such a loss, or a larger one, though the rates are the same. */
  readonly p: number;
}

/**
 * The pooled z test that the second rate is below the first; by Fisher's exact test where a cell is expected fewer
 * than five times. hits ≤ trials, trials ≥ 1.
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
    return { statistic, p: normalTail(statistic) };
  const { pLess } = fisherExact(laterHits, laterTrials - laterHits, hits, trials - hits);
  return { statistic, p: pLess };
}
