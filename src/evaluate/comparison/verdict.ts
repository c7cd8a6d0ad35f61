/** Whether a new model may take the old one's place. */

import type { ClassList } from '../../idx/classes.js';
import type { Comparison } from './comparer.js';

export interface Demand {
  /** How surely the new model must be better: p below 1 − confidence. */
  readonly confidence: number;
  /** Where given, it need not be better, unless it may be worse by more than this: the interval's lower end is held against it. */
  readonly margin?: number | undefined;
  /** By how much the recall of any class may be lower. */
  readonly classMargin: number;
}

export interface Verdict {
  /** More accurate, and McNemar's test (mid-p) says it is not by chance. */
  readonly better: boolean;
  /** Less accurate, and not by chance. */
  readonly worse: boolean;
  /** Whether the demand on all images is met. */
  readonly whole: boolean;
  /** Names of the classes whose recall is lower by more than the margin, the worst first. */
  readonly classes: readonly { readonly name: string; readonly difference: number }[];
  /** Whether the new model passes. */
  readonly passed: boolean;
}

/** Holds a comparison against what is demanded. A class without images demands nothing. */
export function decideVerdict(
  { whole, perClass }: Comparison,
  { names }: ClassList,
  { confidence, margin, classMargin }: Demand,
): Verdict {
  const sure = whole.midP < 1 - confidence;
  const better = sure && whole.difference > 0;
  const met = better || (margin !== undefined && whole.interval.low >= -margin - rounding);
  const classes = perClass
    .flatMap((group, i) => {
      if (!group || group.difference >= -classMargin - rounding) return [];
      return [{ name: names[i]!, difference: group.difference }];
    })
    .sort((a, b) => a.difference - b.difference);
  return {
    better,
    worse: sure && whole.difference < 0,
    whole: met,
    classes,
    passed: met && classes.length === 0,
  };
}

/** A drop of exactly the margin is allowed: 3 of 60 images are 0.05, whatever the binary fractions say. */
const rounding = 1e-12;
