/** Streaming metric: the one contract of every metric that is computed in one pass. */

export interface Metric {
  /**
   * Takes one image.
   * truth, prediction: class indexes (not label values); probabilities: one a class.
   */
  add(truth: number, prediction: number, probabilities: Float32Array): void;
}
