/** Accuracy estimated without labels, from the calibrated confidence of the predictions. */

import { paired, type Steps } from '../statistics/steps.js';
import type { FeatureSketch } from './feature-sketch.js';

/** Confidence → the share of right predictions, as the reference showed it. */
export interface ConfidenceCalibration {
  /** Ascending confidences, each the last of its level. */
  readonly upTo: readonly number[];
  readonly share: readonly number[];
}

/** Judged predictions of the reference below which calibration would be guesswork. */
export const leastJudged = 100;

/**
 * Isotonic calibration (B. Zadrozny, C. Elkan 2002, KDD, 694–699): the rising step function nearest to right and
 * wrong, by pooling adjacent violators. Of the top class only: sketches do not keep whole lists of probabilities,
 * which calibration by temperature would need.
 */
export function calibrate(
  judged: FeatureSketch,
  right: FeatureSketch,
): ConfidenceCalibration | undefined {
  if (judged.count < leastJudged) return undefined;
  const levels: { upTo: number; all: number; hits: number }[] = [];
  const { values, a, b } = paired(judged.steps(), right.steps());
  for (let i = 0; i < values.length; i++) {
    levels.push({ upTo: values[i]!, all: a[i]!, hits: b[i]! });
    for (;;) {
      const [last, before] = [levels.at(-1), levels.at(-2)];
      if (!last || !before || before.hits * last.all < last.hits * before.all) break;
      levels.splice(-2, 2, {
        upTo: last.upTo,
        all: before.all + last.all,
        hits: before.hits + last.hits,
      });
    }
  }
  return { upTo: levels.map(({ upTo }) => upTo), share: levels.map(({ hits, all }) => hits / all) };
}

export interface EstimatedAccuracy {
  readonly value: number;
  /** Where 95 % of windows of so many rows would lie if the calibration still holds. */
  readonly low: number;
  readonly high: number;
}

/**
 * The mean calibrated confidence ("average confidence", S. Garg et al. 2022, ICLR). It sees a shift that makes the
 * model doubt, and not one that makes it confidently wrong.
 */
export function estimateAccuracy(
  { values, counts, count }: Steps,
  { upTo, share }: ConfidenceCalibration,
): EstimatedAccuracy {
  let [sum, spread, level] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    while (level < upTo.length - 1 && values[i]! > upTo[level]!) level++;
    const p = share[level]!;
    sum += p * counts[i]!;
    spread += p * (1 - p) * counts[i]!;
  }
  const value = sum / count;
  const half = (1.959963984540054 * Math.sqrt(spread)) / count;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}
