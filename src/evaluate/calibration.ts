/** Calibration: whether predictions made with confidence p come true with frequency p. */

import type { Measure } from './measure.js';

export interface ReliabilityBin {
  /** Confidences above `low` and up to `high` (the first bin holds 0 too). */
  readonly low: number;
  readonly high: number;
  readonly images: number;
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
export class Calibration implements Measure {
  readonly #images: Float64Array;
  readonly #confidence: Float64Array;
  readonly #right: Float64Array;

  constructor(readonly size: number = calibrationBins) {
    this.#images = new Float64Array(size);
    this.#confidence = new Float64Array(size);
    this.#right = new Float64Array(size);
  }

  add(truth: number, prediction: number, probabilities: Float32Array): void {
    const confidence = probabilities[prediction] as number;
    const bin = Math.min(this.size - 1, Math.max(0, Math.ceil(confidence * this.size) - 1));
    this.#images[bin] = (this.#images[bin] as number) + 1;
    this.#confidence[bin] = (this.#confidence[bin] as number) + confidence;
    if (truth === prediction) this.#right[bin] = (this.#right[bin] as number) + 1;
  }

  bins(): ReliabilityBin[] {
    return [...this.#images].map((images, i) => {
      const edges = { low: i / this.size, high: (i + 1) / this.size, images };
      if (images === 0) return edges;
      const confidence = (this.#confidence[i] as number) / images;
      return { ...edges, confidence, accuracy: (this.#right[i] as number) / images };
    });
  }

  /** Expected calibration error: the mean over images of |accuracy − confidence| of the image's bin. */
  get expectedError(): number {
    const total = this.#images.reduce((sum, images) => sum + images, 0);
    const gap = (i: number) =>
      Math.abs((this.#right[i] as number) - (this.#confidence[i] as number));
    return this.#images.reduce((sum, _, i) => sum + gap(i), 0) / total;
  }
}
