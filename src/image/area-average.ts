/** An image at another size, by means over areas. */

import type { ImageSize } from './augment/image.js';

/** Averages the image that stands in `pixels` from `at` on, into `target` from `to` on; a target of bytes has the means rounded. */
export type AreaAverage = (
  pixels: ArrayLike<number>,
  at: number,
  target: Uint8Array | Float64Array,
  to: number,
) => void;

/** rows × columns values: each new pixel is the mean of the area that it covers in the old image, row by row. */
export function areaAverage(
  pixels: ArrayLike<number>,
  from: ImageSize,
  to: ImageSize,
): Float64Array {
  const out = new Float64Array(to.rows * to.columns);
  openAreaAverage(from, to)(pixels, 0, out, 0);
  return out;
}

/** For many images of one size. */
export function openAreaAverage(from: ImageSize, to: ImageSize): AreaAverage {
  const { ends, places, weights } = taps(from, to);
  return (pixels, at, target, start) => {
    const bytes = target instanceof Uint8Array;
    let k = 0;
    for (let i = 0; i < ends.length; i++) {
      let sum = 0;
      for (const end = ends[i]!; k < end; k++) sum += weights[k]! * pixels[at + places[k]!]!;
      target[start + i] = bytes ? Math.round(sum) : sum;
    }
  };
}

/** The old pixels that the new ones cover, new pixel by new pixel, each up to its end in the list. */
function taps(from: ImageSize, to: ImageSize) {
  const across = spans(from.columns, to.columns);
  const ends: number[] = [];
  const places: number[] = [];
  const weights: number[] = [];
  for (const vertical of spans(from.rows, to.rows))
    for (const horizontal of across) {
      for (const [row, a] of vertical)
        for (const [column, b] of horizontal) {
          places.push(row * from.columns + column);
          weights.push(a * b);
        }
      ends.push(places.length);
    }
  return {
    ends: Uint32Array.from(ends),
    places: Uint32Array.from(places),
    weights: Float64Array.from(weights),
  };
}

/** For each new pixel along one axis, the old pixels it covers and their weights, which add up to 1. */
function spans(from: number, to: number): (readonly [index: number, weight: number])[][] {
  return Array.from({ length: to }, (_, i) => {
    const begin = (i * from) / to;
    const end = ((i + 1) * from) / to;
    const list: [number, number][] = [];
    for (let k = Math.floor(begin); k < Math.min(from, Math.ceil(end - 1e-9)); k++)
      list.push([k, (Math.min(end, k + 1) - Math.max(begin, k)) / (end - begin)]);
    return list;
  });
}
