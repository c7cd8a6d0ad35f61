/** An image at another size, by means over areas. */

import type { ImageSize } from './augment/image.js';

/** rows × columns values: each new pixel is the mean of the area that it covers in the old image, row by row. */
export function areaAverage(
  pixels: ArrayLike<number>,
  from: ImageSize,
  to: ImageSize,
): Float64Array {
  const across = spans(from.columns, to.columns);
  const down = spans(from.rows, to.rows);
  const out = new Float64Array(to.rows * to.columns);
  for (const [r, vertical] of down.entries()) {
    for (const [c, horizontal] of across.entries()) {
      let sum = 0;
      for (const [row, a] of vertical) {
        for (const [column, b] of horizontal)
          sum += a * b * (pixels[row * from.columns + column] as number);
      }
      out[r * to.columns + c] = sum;
    }
  }
  return out;
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
