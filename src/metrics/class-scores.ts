/** Precision, recall and F1 of each class, and their averages, as scikit-learn's precision_recall_fscore_support with zero_division=0. */

import type { ConfusionMatrix } from './confusion-matrix.js';

export interface ClassScores {
  /** Of the images taken for the class, the share that are of it; 0 where none was. */
  readonly precision: number;
  /** Of the images of the class, the share that was recognised; 0 where there are none. */
  readonly recall: number;
  /** 2 · hits / (images + predicted): the harmonic mean of precision and recall; 0 where both are. */
  readonly f1: number;
}

/** The scores of each class, in the matrix's order. */
export function classScores(matrix: ConfusionMatrix): ClassScores[] {
  const { support, predicted, hits } = matrix;
  return hits.map((hit, i) => ({
    precision: ratio(hit, predicted[i]!),
    recall: ratio(hit, support[i]!),
    f1: ratio(2 * hit, support[i]! + predicted[i]!),
  }));
}

/** The plain mean over the classes that occur as truth or as prediction: scikit-learn's `macro`. */
export function macroScores(matrix: ConfusionMatrix): ClassScores {
  const { support, predicted } = matrix;
  return mean(
    matrix,
    support.map((count, i) => (count + predicted[i]! > 0 ? 1 : 0)),
  );
}

/** The mean over classes, each counted as often as it truly occurs: scikit-learn's `weighted`. */
export function weightedScores(matrix: ConfusionMatrix): ClassScores {
  return mean(matrix, matrix.support);
}

function mean(matrix: ConfusionMatrix, weights: readonly number[]): ClassScores {
  const scores = classScores(matrix);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const of = (key: keyof ClassScores) =>
    ratio(
      scores.reduce((sum, score, i) => sum + score[key] * weights[i]!, 0),
      total,
    );
  return { precision: of('precision'), recall: of('recall'), f1: of('f1') };
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
