/** Pearson's chi-square test that two samples have the same classes in the same shares. */

import { fisherExact } from './fisher.js';
import { chiSquareTail } from './tails.js';

export interface ChiSquare {
  readonly statistic: number;
  readonly p: number;
  /** Of the classes that remained after pooling. */
  readonly degrees: number;
  /** Classes that were too rare to be looked at by themselves, and were counted as one. */
  readonly pooled: number;
}

/** The expected count below which the chi-square approximation is not trusted (Cochran's rule). */
export const leastExpected = 5;

/**
 * Two rows of counts, one a class (scipy.stats.chi2_contingency without continuity correction). Classes expected
 * fewer than five times in a sample are pooled, rarest first, into groups that are not (W. G. Cochran 1954, Biometrics
 * 10, 417–451); where no more than two remain and one of them is still so rare, p is that of Fisher's exact test.
 */
export function chiSquare(a: ArrayLike<number>, b: ArrayLike<number>): ChiSquare {
  const pairs = Array.from({ length: a.length }, (_, i) => [a[i]!, b[i]!] as const).filter(
    ([x, y]) => x + y > 0,
  );
  const [n, m] = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + pair[side]!, 0)) as [
    number,
    number,
  ];
  if (n === 0 || m === 0) return { statistic: 0, p: 1, degrees: 0, pooled: 0 };
  const { cells, pooled } = pool(pairs, n < m ? 1 : 0, leastExpected / (Math.min(n, m) / (n + m)));
  if (cells.length < 2) return { statistic: 0, p: 1, degrees: 0, pooled };
  let statistic = 0;
  for (const [x, y] of cells) {
    const share = (x + y) / (n + m);
    statistic += (x - n * share) ** 2 / (n * share) + (y - m * share) ** 2 / (m * share);
  }
  const degrees = cells.length - 1;
  const [first, second] = cells;
  const rare = cells.some(([x, y]) => ((x + y) * Math.min(n, m)) / (n + m) < leastExpected);
  const p =
    rare && degrees === 1 && first && second
      ? fisherExact(first[0], second[0], first[1], second[1]).p
      : chiSquareTail(statistic, degrees);
  return { statistic, p, degrees, pooled };
}

type Pair = readonly [number, number];

/**
 * Classes that occur fewer than `least` times in all are put together, rarest first, in groups that do not; two cells
 * remain at least. Which go together is told by the larger sample: groups that went by what the smaller one happens to
 * have would make much of chance.
 */
function pool(
  pairs: readonly Pair[],
  larger: 0 | 1,
  least: number,
): { cells: Pair[]; pooled: number } {
  const enough = Math.min(least, add(pairs) / 2);
  const rare = pairs.filter((pair) => sum(pair) < least).sort((x, y) => x[larger] - y[larger]);
  const others = pairs.filter((pair) => sum(pair) >= least).map((pair) => [pair]);
  others.sort(([x], [y]) => sum(x!) - sum(y!));
  const groups: Pair[][] = [];
  let open: Pair[] = [];
  for (const pair of rare) {
    open.push(pair);
    if (add(open) < enough) continue;
    groups.push(open);
    open = [];
  }
  // Those left over are too rare by themselves.
  const host = groups.at(-1) ?? others[0];
  if (open.length > 0 && host && groups.length + others.length >= 2) host.push(...open);
  else if (open.length > 0) groups.push(open);
  const all = [...groups, ...others];
  const cells = all.map((group): Pair => [side(group, 0), side(group, 1)]);
  const pooled = all.reduce((count, { length }) => count + (length > 1 ? length : 0), 0);
  return { cells, pooled };
}

const sum = ([x, y]: Pair) => x + y;
const side = (group: readonly Pair[], at: 0 | 1) => group.reduce((all, pair) => all + pair[at], 0);
const add = (group: readonly Pair[]) => side(group, 0) + side(group, 1);
