/** Weighted means over neighbouring pixels. Beyond the edge stand the pixels of the edge. */

import type { ImageSize } from '../augment/image.js';

/** One weight of a kernel: how far down and to the right of the pixel that is computed. */
export interface Tap {
  readonly down: number;
  readonly right: number;
  readonly weight: number;
}

/** For each pixel the sum of what stands at the taps, times their weights. Reference: SciPy's `ndimage.correlate`, mode `nearest`. */
export function correlate(
  values: ArrayLike<number>,
  { rows, columns }: ImageSize,
  taps: readonly Tap[],
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (const { down, right, weight } of taps) {
    for (let row = 0; row < rows; row++) {
      const from = clamp(row + down, rows) * columns;
      const to = row * columns;
      for (let column = 0; column < columns; column++)
        (out[to + column] as number) +=
          weight * (values[from + clamp(column + right, columns)] as number);
    }
  }
  return out;
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
  const upper = mix(values[north + west] as number, values[north + east] as number, right);
  const lower = mix(values[south + west] as number, values[south + east] as number, right);
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
