/** The binomial distribution: tails for tests, and draws for resampling. */

import type { Generator } from '../random/generator.js';

/**
 * P(X ≤ k) and P(X = k) for X binomial with `trials` and probability ½; 0 ≤ k ≤ trials / 2. Summed from k downwards,
 * relative to P(X = k), so that small tails keep their digits.
 */
export function fairTail(
  k: number,
  trials: number,
): { readonly atMost: number; readonly at: number } {
  let logAt = -trials * Math.LN2;
  for (let i = 1; i <= k; i++) logAt += Math.log((trials - k + i) / i);
  const at = Math.exp(logAt);
  let term = 1;
  let sum = 1;
  for (let i = k; i > 0 && term > sum * 2 ** -60; i--) {
    term *= i / (trials - i + 1);
    sum += term;
  }
  return { atMost: Math.min(1, at * sum), at };
}

/** Draws from one binomial distribution by inverting its table. */
export class BinomialTable {
  /** The least value it draws. */
  readonly first: number;
  /** Cumulative, from the first value whose probability counts in 64 bits. */
  readonly #cumulative: Float64Array;

  /** 0 ≤ trials, 0 ≤ probability ≤ 1. */
  constructor(trials: number, probability: number) {
    const mode = Math.min(trials, Math.floor((trials + 1) * probability));
    const odds = probability / (1 - probability);
    // Relative to the mode's, outwards until they vanish; their sum makes them probabilities.
    const below = outwards(mode, (i) => (mode - i) / ((trials - mode + i + 1) * odds));
    const above = outwards(trials - mode, (i) => ((trials - mode - i) * odds) / (mode + i + 1));
    const weights = [...below.reverse(), 1, ...above];
    this.first = mode - below.length;
    this.#cumulative = new Float64Array(weights.length);
    let sum = 0;
    for (const [i, weight] of weights.entries()) this.#cumulative[i] = sum += weight;
    for (let i = 0; i < weights.length; i++) this.#cumulative[i] = this.#cumulative[i]! / sum;
  }

  draw(generator: Generator): number {
    const cumulative = this.#cumulative;
    const at = generator.uniform();
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return this.first + low;
  }
}

/** Probabilities below the mode's by this factor are never drawn with 32 bits. */
const least = 1e-15;

/** Weights of the values beside the mode, relative to its own, until they vanish; each is the last times a ratio. */
function outwards(most: number, ratio: (i: number) => number): number[] {
  const weights: number[] = [];
  for (let i = 0, weight = 1; i < most && weight > least; i++) {
    weight *= ratio(i);
    weights.push(weight);
  }
  return weights;
}
