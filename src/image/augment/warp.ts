/** An image seen through an affine map, by bilinear interpolation. */

import type { AffineMap } from './affine.js';
import { filledIndex } from './fill.js';
import type { ImageAt, ImageSize } from './image.js';
import type { Fill } from './spec.js';

/** Writes the image as the map shows it to `target`; values are rounded to whole ones, halves up. Reference: SciPy's `ndimage.affine_transform` of order 1. */
export function warpImage(
  source: ImageAt,
  { rows, columns }: ImageSize,
  map: AffineMap,
  fill: Fill,
  target: ImageAt,
): void {
  const { pixels, at } = source;
  const { xx, xy, x0, yx, yy, y0 } = map;
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  let to = target.at;
  for (let row = 0; row < rows; row++) {
    const startX = xy * row + x0;
    const startY = yy * row + y0;
    for (let column = 0; column < columns; column++) {
      const x = xx * column + startX;
      const y = yx * column + startY;
      if (x >= 0 && y >= 0 && x < lastColumn && y < lastRow) {
        const left = x | 0;
        const top = y | 0;
        const across = x - left;
        const from = at + top * columns + left;
        const a = pixels[from]!;
        const b = pixels[from + 1]!;
        const c = pixels[from + columns]!;
        const d = pixels[from + columns + 1]!;
        const upper = a + across * (b - a);
        const lower = c + across * (d - c);
        target.pixels[to++] = (upper + (y - top) * (lower - upper) + 0.5) | 0;
      } else target.pixels[to++] = (edgeValue(source, rows, columns, x, y, fill) + 0.5) | 0;
    }
  }
}

/** The same where some of the four pixels around a point are beyond the edge. */
function edgeValue(
  { pixels, at }: ImageAt,
  rows: number,
  columns: number,
  x: number,
  y: number,
  fill: Fill,
): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const west = filledIndex(left, columns, fill);
  const east = filledIndex(left + 1, columns, fill);
  const north = filledIndex(top, rows, fill);
  const south = filledIndex(top + 1, rows, fill);
  const value = (row: number, column: number) =>
    row < 0 || column < 0 ? 0 : pixels[at + row * columns + column]!;
  const upper = value(north, west) + (x - left) * (value(north, east) - value(north, west));
  const lower = value(south, west) + (x - left) * (value(south, east) - value(south, west));
  return upper + (y - top) * (lower - upper);
}
