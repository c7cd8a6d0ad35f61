/** Average precision and the area under the ROC curve: how well probabilities rank what is of a class above what is not. */

import type { Metric } from './metric.js';

/** Probabilities of what is of a class and of what is not, each ascending. */
export interface Ranking {
  /** [images of the class], ascending. */
  readonly positives: Float32Array;
  /** [images of other classes], ascending. */
  readonly negatives: Float32Array;
}

/** Sorts both lists in place. */
export function rank(positives: Float32Array, negatives: Float32Array): Ranking {
  return { positives: positives.sort(), negatives: negatives.sort() };
}

/**
 * The area under the precision–recall curve as a step function: Σ (Rₙ − Rₙ₋₁) · Pₙ over distinct thresholds, from the
 * highest down, without interpolation; scikit-learn's average_precision_score. Undefined without positives.
 */
export function averagePrecision({ positives, negatives }: Ranking): number | undefined {
  if (positives.length === 0) return undefined;
  let sum = 0;
  let p = positives.length;
  let n = negatives.length;
  while (p > 0) {
    const threshold = positives[p - 1]!;
    const before = p;
    while (p > 0 && positives[p - 1] === threshold) p--;
    while (n > 0 && negatives[n - 1]! >= threshold) n--;
    const right = positives.length - p;
    const claimed = right + negatives.length - n;
    sum += ((before - p) * right) / claimed;
  }
  return sum / positives.length;
}

/**
 * The probability that a random positive stands above a random negative, ties counting half (Mann and Whitney):
 * the trapezoidal area of scikit-learn's roc_auc_score. Undefined without positives or without negatives.
 */
export function rocAuc({ positives, negatives }: Ranking): number | undefined {
  const pairs = positives.length * negatives.length;
  if (pairs === 0) return undefined;
  let below = 0;
  let upTo = 0;
  let sum = 0;
  for (const value of positives) {
    while (below < negatives.length && negatives[below]! < value) below++;
    while (upTo < negatives.length && negatives[upTo]! <= value) upTo++;
    sum += (below + upTo) / 2;
  }
  return sum / pairs;
}

/** Keeps every probability (4 bytes each) and the truth (1 byte an image), as ranking needs them all. */
export class Scores implements Metric {
  #probabilities: Float32Array;
  #truth: Uint8Array;
  #count = 0;

  constructor(readonly classes: number) {
    this.#probabilities = new Float32Array(1024 * classes);
    this.#truth = new Uint8Array(1024);
  }

  add(truth: number, _prediction: number, probabilities: Float32Array): void {
    if (this.#count === this.#truth.length) this.#grow();
    this.#truth[this.#count] = truth;
    this.#probabilities.set(probabilities, this.#count * this.classes);
    this.#count++;
  }

  /** One class against the rest. */
  ofClass(index: number): Ranking {
    const total = this.#truth
      .subarray(0, this.#count)
      .reduce((n, t) => n + (t === index ? 1 : 0), 0);
    return this.#divide(total, this.#count - total, (truth) => truth === index, index, index + 1);
  }

  /** All (image, class) pairs in one: the micro average. */
  ofAll(): Ranking {
    const { classes } = this;
    const rest = this.#count * (classes - 1);
    return this.#divide(this.#count, rest, (truth, c) => truth === c, 0, classes);
  }

  #divide(
    positiveCount: number,
    negativeCount: number,
    isPositive: (truth: number, index: number) => boolean,
    from: number,
    to: number,
  ): Ranking {
    const positives = new Float32Array(positiveCount);
    const negatives = new Float32Array(negativeCount);
    let [p, n] = [0, 0];
    for (let i = 0; i < this.#count; i++) {
      const truth = this.#truth[i]!;
      for (let c = from; c < to; c++) {
        const value = this.#probabilities[i * this.classes + c]!;
        if (isPositive(truth, c)) positives[p++] = value;
        else negatives[n++] = value;
      }
    }
    return rank(positives, negatives);
  }

  #grow(): void {
    const truth = new Uint8Array(this.#truth.length * 2);
    truth.set(this.#truth);
    this.#truth = truth;
    const probabilities = new Float32Array(this.#probabilities.length * 2);
    probabilities.set(this.#probabilities);
    this.#probabilities = probabilities;
  }
}
