/** The two-sample Kolmogorov–Smirnov test. */

import { paired, type Steps } from './steps.js';
import { kolmogorovTail } from './tails.js';

/** Up to this many pairs of sizes (n × m) the distribution is computed exactly; it takes about as many additions. */
const mostCells = 4e6;

export interface KolmogorovSmirnov {
  /** The greatest distance of the two empirical distributions, 0 to 1. */
  readonly statistic: number;
  readonly p: number;
}

/**
 * Two-sided test that two samples are of one continuous distribution. Exact for small samples (the probability that
 * a random lattice path strays so far from the diagonal, J. L. Hodges 1958, Arkiv för Matematik 3, 469–486), else
 * Kolmogorov's limit with M. A. Stephens' correction (1970, JRSS B 32, 115–122), about 1 % off at the sizes where it
 * begins. Ties, and values gathered in bins, make it cautious: p is then too large, never too small.
 */
export function kolmogorovSmirnov(a: Steps, b: Steps): KolmogorovSmirnov {
  const [n, m] = [a.count, b.count];
  let [below, under, widest] = [0, 0, 0];
  const { a: ofA, b: ofB } = paired(a, b);
  for (let i = 0; i < ofA.length; i++) {
    below += ofA[i]!;
    under += ofB[i]!;
    // A whole number: n·m times the distance, free of rounding.
    widest = Math.max(widest, Math.abs(below * m - under * n));
  }
  return { statistic: widest / (n * m), p: smirnovTail(widest, n, m) };
}

/** The chance that samples of n and m of one distribution lie so far apart: widest is n·m times the distance. */
export function smirnovTail(widest: number, n: number, m: number): number {
  if (n * m <= mostCells) return exactTail(widest, n, m);
  const root = Math.sqrt((n * m) / (n + m));
  return kolmogorovTail(((root + 0.12 + 0.11 / root) * widest) / (n * m));
}

/**
 * P(n·m·D ≥ widest): left[j] is the probability that a random path from the origin to (i, j) has been so far off.
 * Only sums of positive numbers, so that small p keep their digits. Of each row, only what lies near the diagonal
 * is computed; beyond, left holds 1.
 */
function exactTail(widest: number, n: number, m: number): number {
  if (widest === 0) return 1;
  const [rows, columns] = n < m ? [m, n] : [n, m];
  const left = new Float64Array(columns + 1).fill(1);
  for (let i = 0; i <= rows; i++) {
    // Where |i · columns − j · rows| < widest.
    const from = Math.max(0, Math.floor((i * columns - widest) / rows) + 1);
    const to = Math.min(columns, Math.ceil((i * columns + widest) / rows) - 1);
    if (from > 0) left[from - 1] = 1;
    for (let j = from; j <= to; j++)
      if (i === 0 && j === 0) left[j] = 0;
      else if (i === 0) left[j] = left[j - 1]!;
      else if (j > 0) left[j] = (left[j]! * i + left[j - 1]! * j) / (i + j);
  }
  return left[columns]!;
}
