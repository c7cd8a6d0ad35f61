/** Proper scores of the probabilities themselves: log loss and the Brier score. */

import type { Metric } from './metric.js';

/** The distance from 1 to the next f32: probabilities are kept this far from 0 and 1 before the logarithm. */
const epsilon = 2 ** -23;

/**
 * The mean of −ln(probability of the true class), in nats. Probabilities are clipped to
 * [2⁻²³, 1 − 2⁻²³], the machine precision of f32, as scikit-learn's log_loss does with f32 input.
 */
export class LogLoss implements Metric {
  #sum = 0;
  #count = 0;

  add(truth: number, _prediction: number, probabilities: Float32Array): void {
    const probability = probabilities[truth]!;
    this.#sum -= Math.log(Math.min(1 - epsilon, Math.max(epsilon, probability)));
    this.#count++;
  }

  get value(): number {
    return this.#sum / this.#count;
  }
}

/**
 * The mean over images of the sum over classes of (probability − truth)², truth being 1 for the true class and 0 for
 * the others (Brier 1950): from 0, perfect, to 2. scikit-learn's brier_score_loss with scale_by_half=False.
 */
export class BrierScore implements Metric {
  #sum = 0;
  #count = 0;

  add(truth: number, _prediction: number, probabilities: Float32Array): void {
    let sum = 0;
    for (let i = 0; i < probabilities.length; i++) {
      const error = probabilities[i]! - (i === truth ? 1 : 0);
      sum += error * error;
    }
    this.#sum += sum;
    this.#count++;
  }

  get value(): number {
    return this.#sum / this.#count;
  }
}
