/** McNemar's test: whether two models are right on different numbers of the same images. */

import { fairTail } from './binomial.js';

export interface McNemar {
  /** Two-sided, exact: conditional on the discordant pairs, their split is binomial with ½. Never too small, often too large. */
  readonly exactP: number;
  /** The same with half the probability of the split that was found: the test's level is kept on average, with more power. */
  readonly midP: number;
}

/**
 * onlyOld, onlyNew: images that only one of the two is right on. Both p-values are 1 where there are none.
 *
 * Q. McNemar (1947), Psychometrika 12, 153–157; the mid-p version is what M. W. Fagerland, S. Lydersen and P. Laake
 * recommend over the exact and the chi-square one, for few and many discordant pairs: The McNemar test for binary
 * matched-pairs data (2013), BMC Medical Research Methodology 13:91.
 */
export function mcNemar(onlyOld: number, onlyNew: number): McNemar {
  const { atMost, at } = fairTail(Math.min(onlyOld, onlyNew), onlyOld + onlyNew);
  return { exactP: Math.min(1, 2 * atMost), midP: Math.min(1, 2 * atMost - at) };
}
