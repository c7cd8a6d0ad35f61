/** What every measure that is taken in one pass has in common. */

export interface Metric {
  /**
   * Takes one image.
   * truth, prediction: class indexes (not label values); probabilities: one a class.
   */
  add(truth: number, prediction: number, probabilities: Float32Array): void;
}
