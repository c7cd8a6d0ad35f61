/** Weighted means over neighbouring pixels. Beyond the edge stand the pixels of the edge. */

import type { ImageSize } from '../augment/image.js';

/** One weight of a kernel: how far down and to the right of the pixel that is computed. */
export interface Tap {
  readonly down: number;
  readonly right: number;
  readonly weight: number;
}

/** Taps side by side in a row, of one weight. */
interface Run {
  readonly down: number;
  /** From this one on, and before that one. */
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Runs from this length on are taken from running sums, whose cost does not grow with it. */
const longRun = 4;

/**
 * For each pixel the sum of what stands at the taps, times their weights. Quickest where taps of one weight follow each
 * other in their rows. Reference: SciPy's `ndimage.correlate`, mode `nearest`.
 */
export function correlate(
  values: ArrayLike<number>,
  size: ImageSize,
  taps: readonly Tap[],
): Float64Array {
  const { rows, columns } = size;
  const out = new Float64Array(rows * columns);
  const runs = runsOf(taps);
  const sums = runs.some(isLong) ? runningSums(values, size) : out;
  for (const run of runs) {
    const { down, from, to, weight } = run;
    for (let row = 0; row < rows; row++) {
      const source = clamp(row + down, rows);
      const target = row * columns;
      if (isLong(run))
        for (let column = 0; column < columns; column++)
          out[target + column]! +=
            weight *
            (sumBefore(values, sums, size, source, column + to) -
              sumBefore(values, sums, size, source, column + from));
      else
        for (let column = 0; column < columns; column++)
          for (let right = from; right < to; right++)
            out[target + column]! +=
              weight * values[source * columns + clamp(column + right, columns)]!;
    }
  }
  return out;
}

const isLong = ({ from, to }: Run) => to - from >= longRun;

function runsOf(taps: readonly Tap[]): Run[] {
  const runs: Run[] = [];
  for (const { down, right, weight } of taps) {
    const last = runs.at(-1);
    if (last && last.down === down && last.to === right && last.weight === weight)
      runs[runs.length - 1] = { ...last, to: right + 1 };
    else runs.push({ down, from: right, to: right + 1, weight });
  }
  return runs;
}

/** At row × (columns + 1) + c, the sum of the row before column c. */
function runningSums(values: ArrayLike<number>, { rows, columns }: ImageSize): Float64Array {
  const sums = new Float64Array(rows * (columns + 1));
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      sums[row * (columns + 1) + column + 1] =
        sums[row * (columns + 1) + column]! + values[row * columns + column]!;
  return sums;
}

/** The same for any column: the pixels of the edge go on beyond it. */
function sumBefore(
  values: ArrayLike<number>,
  sums: Float64Array,
  { columns }: ImageSize,
  row: number,
  column: number,
): number {
  const inside = clamp(column, columns + 1);
  const edge = values[row * columns + (column < 0 ? 0 : columns - 1)]!;
  return sums[row * (columns + 1) + inside]! + (column - inside) * edge;
}

/** Gaussian smoothing of deviation `sigma` pixels, cut at four of them. Reference: SciPy's `ndimage.gaussian_filter`, mode `nearest`. */
export function gaussianSmooth(
  values: ArrayLike<number>,
  size: ImageSize,
  sigma: number,
): Float64Array {
  if (sigma === 0) return Float64Array.from(values);
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  const along = (tap: (offset: number) => Pick<Tap, 'down' | 'right'>) =>
    weights.map((weight, i) => ({ ...tap(i - radius), weight: weight / sum }));
  const down = correlate(
    values,
    size,
    along((offset) => ({ down: offset, right: 0 })),
  );
  return correlate(
    down,
    size,
    along((offset) => ({ down: 0, right: offset })),
  );
}

/** The value at a point between pixels, by bilinear interpolation. */
export function valueAt(
  values: ArrayLike<number>,
  { rows, columns }: ImageSize,
  y: number,
  x: number,
): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [north, south] = [clamp(top, rows) * columns, clamp(top + 1, rows) * columns];
  const [west, east] = [clamp(left, columns), clamp(left + 1, columns)];
  const [down, right] = [y - top, x - left];
  const upper = mix(values[north + west]!, values[north + east]!, right);
  const lower = mix(values[south + west]!, values[south + east]!, right);
  return mix(upper, lower, down);
}

/** The smaller side in pixels: lengths are shares of it, so that small and large images are damaged alike. */
export function sideOf({ rows, columns }: ImageSize): number {
  return Math.min(rows, columns);
}

function clamp(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
