/** Verdict of a comparison: the conditions under which a new model may replace the old one. */

import type { ClassList } from '../../idx/classes.js';
import type { Comparison } from './comparer.js';

/** Conditions on the new model. */
export interface AcceptanceRule {
  /** Confidence with which it must be better: p below 1 − confidence. */
  readonly confidence: number;
  /** Non-inferiority margin on accuracy: if given, the interval's lower end above −margin suffices. */
  readonly margin?: number | undefined;
  /** Largest drop of any class's recall that is allowed. */
  readonly classMargin: number;
}

/** Outcome of the conditions. */
export interface Verdict {
  /** More accurate, and significantly so by McNemar's test (mid-p). */
  readonly better: boolean;
  /** Less accurate, and significantly so. */
  readonly worse: boolean;
  /** True if the condition on all images is met. */
  readonly whole: boolean;
  /** Classes whose recall dropped by more than the margin, the worst first. */
  readonly classes: readonly { readonly name: string; readonly difference: number }[];
  /** True if all conditions are met. */
  readonly passed: boolean;
}

/** Checks a comparison against the conditions. A class without images has none. */
export function decideVerdict(
  { whole, perClass }: Comparison,
  { names }: ClassList,
  { confidence, margin, classMargin }: AcceptanceRule,
): Verdict {
  const significant = whole.midP < 1 - confidence;
  const better = significant && whole.difference > 0;
  const met = better || (margin !== undefined && whole.interval.low >= -margin - rounding);
  const classes = perClass
    .flatMap((group, i) => {
      if (!group || group.difference >= -classMargin - rounding) return [];
      return [{ name: names[i]!, difference: group.difference }];
    })
    .sort((a, b) => a.difference - b.difference);
  return {
    better,
    worse: significant && whole.difference < 0,
    whole: met,
    classes,
    passed: met && classes.length === 0,
  };
}

/** Tolerance, so that a drop of exactly the margin is allowed: 3 of 60 images are 0.05 in spite of rounding. */
const rounding = 1e-12;
