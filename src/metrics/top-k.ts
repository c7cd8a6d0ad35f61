/** Top-k accuracy: how often the true class is among the k most probable. */

import type { Metric } from './metric.js';

/**
 * The place of the true class among the others, from 0. Of equal probabilities the higher index stands first,
 * as in scikit-learn's top_k_accuracy_score (a stable ascending sort, reversed).
 */
export function rankOfTruth(truth: number, probabilities: ArrayLike<number>): number {
  const own = probabilities[truth]!;
  let rank = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const other = probabilities[i]!;
    if (other > own || (other === own && i > truth)) rank++;
  }
  return rank;
}

export class TopK implements Metric {
  /** How often the true class stood at each rank. */
  readonly #ranks: Float64Array;
  #count = 0;

  constructor(classes: number) {
    this.#ranks = new Float64Array(classes);
  }

  add(truth: number, _prediction: number, probabilities: Float32Array): void {
    const rank = rankOfTruth(truth, probabilities);
    this.#ranks[rank] = this.#ranks[rank]! + 1;
    this.#count++;
  }

  /** The share of images whose true class is among the first k; k from 1 to the number of classes. */
  accuracy(k: number): number {
    return this.#ranks.subarray(0, k).reduce((sum, count) => sum + count, 0) / this.#count;
  }
}
