/**
 * The tests of drift over very many windows of the same rows. A row's rank in the reference is looked up once, so that a
 * window costs a sort of small whole numbers; what comes out is what `compare` says of the same rows, which is checked.
 */

import { compareToReference, type DriftComparisonOptions } from '../../src/drift/comparison.js';
import { WindowSketch } from '../../src/drift/window-sketch.js';
import type { Generator } from '../../src/random/generator.js';
import { chiSquare } from '../../src/statistics/chi-square.js';
import { smirnovTail } from '../../src/statistics/kolmogorov-smirnov.js';
import type { Pool } from './power-rows.js';

/** A feature of the reference: its distinct values, ascending, and how many rows lie below each; one more at the end. */
interface Ranks {
  readonly values: Float64Array;
  readonly below: Uint32Array;
}

/** In place of the rank of a row that lacks the feature. */
const lacking = 2 ** 32 - 1;

/** Rows whose ranks are known: 2k between the values k − 1 and k of the reference, 2k + 1 at value k. */
export interface RankedPool {
  readonly pool: Pool;
  readonly ranks: ReadonlyMap<string, Uint32Array>;
}

export class WindowTests {
  readonly #ranks: ReadonlyMap<string, Ranks>;
  readonly #predictions: readonly number[];
  readonly #tails = new Map<string, Map<number, number>>();

  constructor(readonly reference: Pool) {
    this.#ranks = new Map([...reference.features].map(([name, values]) => [name, ranksOf(values)]));
    this.#predictions = counted(reference.predictions);
  }

  /** Names of what is tested, in the order of the p-values. */
  get names(): string[] {
    return [...this.#ranks.keys(), 'prediction'];
  }

  rank(pool: Pool): RankedPool {
    const ranks = [...this.#ranks].map(([name, { values }]) => {
      const column = pool.features.get(name) ?? new Float64Array(pool.count).fill(Number.NaN);
      const rank = (value: number) => (Number.isNaN(value) ? lacking : rankOf(values, value));
      return [name, Uint32Array.from(column, rank)] as const;
    });
    return { pool, ranks: new Map(ranks) };
  }

  /** The p-value of each test of a window that holds these rows of the pool. */
  pValues({ pool, ranks }: RankedPool, rows: Uint32Array): number[] {
    const smirnov = [...this.#ranks].map(([name, { below }]) => {
      const all = ranks.get(name)!;
      const found = rows.map((row) => all[row]!).filter((rank) => rank !== lacking);
      if (found.length === 0) return 1;
      const n = below[below.length - 1]!;
      return this.#tail(widest(below, found.sort()), n, found.length);
    });
    const predictions = counted(rows, (row) => pool.predictions[row]!);
    return [...smirnov, chiSquare(this.#predictions, predictions).p];
  }

  #tail(distance: number, n: number, m: number): number {
    const key = `${n} ${m}`;
    const known = this.#tails.get(key) ?? new Map<number, number>();
    this.#tails.set(key, known);
    const found = known.get(distance) ?? smirnovTail(distance, n, m);
    known.set(distance, found);
    return found;
  }

  /** Throws where fmnist-drift's own comparison of these rows has other p-values. */
  check(ranked: RankedPool, rows: Uint32Array): void {
    const options: DriftComparisonOptions = {
      alpha: 0.01,
      correction: 'none',
      test: 'ks',
      seed: 0,
    };
    const all = Uint32Array.from({ length: this.reference.count }, (_, i) => i);
    const { tests } = compareToReference(
      sketchOf(this.reference, all),
      sketchOf(ranked.pool, rows),
      options,
    );
    const ours = this.pValues(ranked, rows);
    for (const [i, name] of this.names.entries()) {
      const theirs = tests.find((test) => test.name === name)?.p ?? Number.NaN;
      const mine = ours[i]!;
      if (!(Math.abs(theirs - mine) <= 1e-9 * Math.max(theirs, mine)))
        throw new Error(`${name}: p ${mine} here, ${theirs} by fmnist-drift`);
    }
  }
}

/** Draws windows of a pool, without a row twice. */
export class Draws {
  readonly #order: Uint32Array;

  constructor(
    rows: Uint32Array,
    readonly generator: Generator,
  ) {
    this.#order = rows.slice();
  }

  next(size: number): Uint32Array {
    const order = this.#order;
    for (let i = 0; i < size; i++) {
      const j = i + this.generator.below(order.length - i);
      const taken = order[j]!;
      order[j] = order[i]!;
      order[i] = taken;
    }
    return order.slice(0, size);
  }
}

function ranksOf(numbers: Float64Array): Ranks {
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort();
  const values = Float64Array.from(new Set(sorted));
  const below = new Uint32Array(values.length + 1);
  for (let i = 0, k = -1; i < sorted.length; i++) {
    if (sorted[i] !== values[k]) below[++k] = i;
  }
  below[values.length] = sorted.length;
  return { values, below };
}

function rankOf(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return values[low] === value ? 2 * low + 1 : 2 * low;
}

/** n·m times the greatest distance of the two empirical distributions; it lies before or behind a row of the window. */
function widest(below: Uint32Array, ranks: Uint32Array): number {
  const n = below[below.length - 1]!;
  const m = ranks.length;
  let most = 0;
  for (let first = 0; first < m; ) {
    const rank = ranks[first]!;
    let behind = first + 1;
    while (behind < m && ranks[behind] === rank) behind++;
    const before = below[rank >> 1]!;
    const upTo = rank & 1 ? below[(rank >> 1) + 1]! : before;
    most = Math.max(most, Math.abs(before * m - first * n), Math.abs(upTo * m - behind * n));
    first = behind;
  }
  return most;
}

function counted(rows: Uint8Array | Uint32Array, labelOf = (row: number) => row): number[] {
  const counts = new Array<number>(256).fill(0);
  for (const row of rows) {
    const label = labelOf(row);
    counts[label] = counts[label]! + 1;
  }
  return counts;
}

function sketchOf({ features, predictions }: Pool, rows: Uint32Array): WindowSketch {
  const sketch = new WindowSketch();
  for (const row of rows) {
    const values = [...features]
      .map(([name, column]) => [name, column[row]!] as const)
      .filter(([, value]) => !Number.isNaN(value));
    sketch.add({ kind: 'features', features: values, prediction: predictions[row]! });
  }
  return sketch;
}
