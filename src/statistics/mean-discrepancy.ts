/** Maximum mean discrepancy: whether two samples of vectors are of one distribution. */

import { type Generator, permutation } from '../random/generator.js';
import { gammaTail } from './tails.js';

export interface MeanDiscrepancy {
  /** The unbiased estimate of the squared discrepancy; about 0, also below, where nothing has changed. */
  readonly statistic: number;
  readonly p: number;
  /** The width of the kernel: the median distance of the pooled vectors. */
  readonly bandwidth: number;
}

const permutations = 500;
/** Fewer permutations beyond the statistic than this say little about how small p is. */
const leastBeyond = 10;

/**
 * A. Gretton et al. (2012), A Kernel Two-Sample Test, JMLR 13, 723–773, with the kernel exp(−d² / 2σ²), σ the median
 * distance of the pooled sample. p by random exchange of the two sides; where hardly any exchange reaches the
 * statistic, from a gamma distribution with the mean, variance and skewness of the exchanges (Pearson's type III), so
 * that p can be smaller than one in the number of exchanges. Both sides need two vectors at least; time and memory go
 * with the square of their number.
 */
export function meanDiscrepancy(
  a: readonly ArrayLike<number>[],
  b: readonly ArrayLike<number>[],
  generator: Generator,
): MeanDiscrepancy {
  const all = [...a, ...b];
  const squares = squaredDistances(all);
  const positive = squares.filter((square) => square > 0).sort();
  const bandwidth = Math.sqrt(positive[positive.length >> 1] ?? 1);
  const kernel = squares.map((square) => Math.exp(-square / (2 * bandwidth * bandwidth)));
  const own = Uint32Array.from(all.keys());
  const statistic = discrepancy(kernel, own, a.length);
  const exchanged = Array.from({ length: permutations }, () =>
    discrepancy(kernel, permutation(all.length, generator), a.length),
  );
  const beyond = exchanged.filter((value) => value >= statistic).length;
  const counted = (beyond + 1) / (permutations + 1);
  return {
    statistic,
    p: beyond >= leastBeyond ? counted : Math.min(counted, fittedTail(exchanged, statistic)),
    bandwidth,
  };
}

/** Distances of all pairs, row by row: size × size. */
function squaredDistances(vectors: readonly ArrayLike<number>[]): Float64Array {
  const size = vectors.length;
  const squares = new Float64Array(size * size);
  for (const [i, x] of vectors.entries())
    for (let j = 0; j < i; j++) {
      const y = vectors[j]!;
      let sum = 0;
      for (let k = 0; k < x.length; k++) sum += (x[k]! - y[k]!) ** 2;
      squares[i * size + j] = sum;
      squares[j * size + i] = sum;
    }
  return squares;
}

/** The estimate with the first `n` of `order` on one side and the rest on the other. */
function discrepancy(kernel: Float64Array, order: Uint32Array, n: number): number {
  const size = order.length;
  const m = size - n;
  let [within, across, beyond] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const row = order[i]! * size;
    let sum = 0;
    const middle = Math.min(i, n);
    for (let j = 0; j < middle; j++) sum += kernel[row + order[j]!]!;
    if (i < n) {
      within += sum;
      continue;
    }
    across += sum;
    for (let j = n; j < i; j++) beyond += kernel[row + order[j]!]!;
  }
  return (2 * within) / (n * (n - 1)) + (2 * beyond) / (m * (m - 1)) - (2 * across) / (n * m);
}

function fittedTail(values: readonly number[], at: number): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const moment = (power: number) =>
    values.reduce((sum, v) => sum + (v - mean) ** power, 0) / values.length;
  const deviation = Math.sqrt(moment(2));
  if (deviation === 0) return at > mean ? 0 : 1;
  // Exchanges of kernel means are skewed to the right; a nearly even sample is fitted by a nearly normal gamma.
  const skewness = Math.max(0.05, moment(3) / deviation ** 3);
  const shape = 4 / (skewness * skewness);
  return gammaTail(shape, shape + ((at - mean) / deviation) * Math.sqrt(shape));
}
