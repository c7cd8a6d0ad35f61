/** Calibration: whether predictions made with confidence p come true with frequency p. */

import type { Metric } from './metric.js';

export interface ReliabilityBin {
  /** Confidences above `lower` and up to `upper` (the first bin holds 0 too). */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  /** Mean confidence and share of right predictions; absent where the bin is empty. */
  readonly confidence?: number;
  readonly accuracy?: number;
}

/** The usual number of bins (Guo et al. 2017). */
export const calibrationBins = 15;

/**
 * Bins predictions by their confidence, the probability of the predicted class, in bins of equal width over 0–1:
 * C. Guo et al. (2017), On Calibration of Modern Neural Networks, §2.
 */
export class Calibration implements Metric {
  readonly #counts: Float64Array;
  readonly #confidence: Float64Array;
  readonly #right: Float64Array;

  constructor(readonly size: number = calibrationBins) {
    this.#counts = new Float64Array(size);
    this.#confidence = new Float64Array(size);
    this.#right = new Float64Array(size);
  }

  add(truth: number, prediction: number, probabilities: Float32Array): void {
    const confidence = probabilities[prediction]!;
    const bin = Math.min(this.size - 1, Math.max(0, Math.ceil(confidence * this.size) - 1));
    this.#counts[bin] = this.#counts[bin]! + 1;
    this.#confidence[bin] = this.#confidence[bin]! + confidence;
    if (truth === prediction) this.#right[bin] = this.#right[bin]! + 1;
  }

  bins(): ReliabilityBin[] {
    return [...this.#counts].map((count, i) => {
      const edges = { lower: i / this.size, upper: (i + 1) / this.size, count };
      if (count === 0) return edges;
      const confidence = this.#confidence[i]! / count;
      return { ...edges, confidence, accuracy: this.#right[i]! / count };
    });
  }

  /** Expected calibration error: the mean over images of |accuracy − confidence| of the image's bin. */
  get expectedError(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    const gap = (i: number) => Math.abs(this.#right[i]! - this.#confidence[i]!);
    return this.#counts.reduce((sum, _, i) => sum + gap(i), 0) / total;
  }
}
