/** The confusion matrix: how often each class was taken for each other one. */

import type { Metric } from './metric.js';

export class ConfusionMatrix implements Metric {
  /** Classes: rows and columns of the matrix. */
  readonly size: number;
  /** size × size, row-major: counts[truth × size + prediction]. */
  readonly counts: Float64Array;

  constructor(size: number, counts: ArrayLike<number> = new Float64Array(size * size)) {
    this.size = size;
    this.counts = Float64Array.from(counts);
  }

  add(truth: number, prediction: number): void {
    const at = truth * this.size + prediction;
    this.counts[at] = this.counts[at]! + 1;
  }

  at(truth: number, prediction: number): number {
    return this.counts[truth * this.size + prediction]!;
  }

  /** Images of each true class. */
  get support(): number[] {
    return this.#each((a, b) => this.at(a, b));
  }

  /** Images of each predicted class. */
  get predicted(): number[] {
    return this.#each((a, b) => this.at(b, a));
  }

  /** Images of each class that were recognised. */
  get hits(): number[] {
    return Array.from({ length: this.size }, (_, i) => this.at(i, i));
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  get correct(): number {
    return this.hits.reduce((sum, count) => sum + count, 0);
  }

  /** One list of counts a true class. */
  rows(): number[][] {
    const { size } = this;
    return Array.from({ length: size }, (_, i) => [
      ...this.counts.subarray(i * size, (i + 1) * size),
    ]);
  }

  #each(cell: (a: number, b: number) => number): number[] {
    const indexes = Array.from({ length: this.size }, (_, i) => i);
    return indexes.map((a) => indexes.reduce((sum, b) => sum + cell(a, b), 0));
  }
}

export interface Confusion {
  readonly truth: number;
  readonly prediction: number;
  readonly count: number;
}

/** The commonest confusions, most frequent first (ties in the matrix's order), `most` at most; none that never happened. */
export function commonestConfusions(matrix: ConfusionMatrix, most: number): Confusion[] {
  const all: Confusion[] = [];
  for (let truth = 0; truth < matrix.size; truth++) {
    for (let prediction = 0; prediction < matrix.size; prediction++) {
      const count = matrix.at(truth, prediction);
      if (truth !== prediction && count > 0) all.push({ truth, prediction, count });
    }
  }
  return all.sort((a, b) => b.count - a.count).slice(0, most);
}
