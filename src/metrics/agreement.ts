/** Single figures that a matrix of unequal classes does not flatter. */

import { classScores } from './class-scores.js';
import type { ConfusionMatrix } from './confusion-matrix.js';

/** The mean recall over the classes that truly occur: scikit-learn's balanced_accuracy_score. */
export function balancedAccuracy(matrix: ConfusionMatrix): number {
  const { support } = matrix;
  const recalls = classScores(matrix).flatMap(({ recall }, i) => (support[i]! > 0 ? [recall] : []));
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/**
 * Cohen's kappa: agreement beyond what the two label frequencies give by chance (Cohen 1960), 1 at best.
 * Undefined where truth and predictions are all of one and the same class.
 */
export function cohenKappa(matrix: ConfusionMatrix): number | undefined {
  const { total, correct } = matrix;
  const byChance = dot(matrix.support, matrix.predicted) / total;
  return byChance === total ? undefined : (correct - byChance) / (total - byChance);
}

/**
 * Matthews' correlation coefficient for any number of classes (Gorodkin 2004), from −1 to 1;
 * 0 where truth or predictions are all of one class, as scikit-learn's matthews_corrcoef.
 */
export function matthewsCorrelation(matrix: ConfusionMatrix): number {
  const { total, correct, support, predicted } = matrix;
  const covariance = correct * total - dot(support, predicted);
  const truthVariance = total * total - dot(support, support);
  const predictionVariance = total * total - dot(predicted, predicted);
  if (truthVariance === 0 || predictionVariance === 0) return 0;
  return covariance / Math.sqrt(truthVariance * predictionVariance);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
