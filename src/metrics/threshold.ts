/** Precision and recall when a class is only claimed above a threshold, as cloud AutoML services report them. */

import type { Metric } from './metric.js';

/**
 * Counts over all (image, class) pairs: a class is claimed where its probability is at least the threshold, so that
 * an image may have no class, or below 0.5 several. scikit-learn's precision_score and recall_score with average='micro'
 * on `probabilities >= threshold`.
 */
export class ThresholdCounts implements Metric {
  readonly #threshold: number;
  #claimed = 0;
  #right = 0;
  #images = 0;

  /** The threshold is rounded to f32, as the probabilities are: 0.9 as printed is at least 0.9. */
  constructor(readonly threshold: number) {
    this.#threshold = Math.fround(threshold);
  }

  add(truth: number, _prediction: number, probabilities: Float32Array): void {
    for (let i = 0; i < probabilities.length; i++) {
      if (probabilities[i]! >= this.#threshold) {
        this.#claimed++;
        if (i === truth) this.#right++;
      }
    }
    this.#images++;
  }

  /** Of the claims, the share that is right; 0 where nothing is claimed. */
  get precision(): number {
    return this.#claimed === 0 ? 0 : this.#right / this.#claimed;
  }

  /** The share of images whose true class is claimed. */
  get recall(): number {
    return this.#right / this.#images;
  }
}
