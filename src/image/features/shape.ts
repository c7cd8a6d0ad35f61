/** Where the object is in its image, and how it lies. */

import type { ImageSize } from '../augment/image.js';

/** From this value on, an eighth of the range, a pixel is part of the object and not of a black ground. */
export const ground = 32;

export interface Shape {
  /** Share of the pixels from `ground` up. */
  readonly coverage: number;
  /** The smallest box around those, as shares of rows and columns; absent where there are none. */
  readonly boxTop?: number;
  readonly boxLeft?: number;
  readonly boxHeight?: number;
  readonly boxWidth?: number;
  /** Centre of mass, values being masses: 0 is the upper (left) edge, 1 the lower (right) one. Absent, as all below, where all is black. */
  readonly centreRow?: number;
  readonly centreColumn?: number;
  /** Direction of the axis about which mass is spread least, in degrees against the clock from the horizontal, above −90 to 90; absent where no direction is better than another. */
  readonly orientation?: number;
  /** 1 − the ratio of the spreads across and along that axis: 0 is round, 1 a line; absent for a single point. */
  readonly elongation?: number;
}

export function shapeOf(pixels: Uint8Array, at: number, size: ImageSize): Shape {
  const { rows, columns } = size;
  let covered = 0;
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  // Sums of x, and of x times row, column and their products: whole numbers, exact.
  let [mass, massRow, massColumn] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    let [sum, moment] = [0, 0];
    for (let column = 0; column < columns; column++) {
      const value = pixels[at + row * columns + column] as number;
      sum += value;
      moment += value * column;
      if (value < ground) continue;
      covered++;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      bottom = row;
    }
    mass += sum;
    massRow += sum * row;
    massColumn += moment;
  }
  const coverage = covered / (rows * columns);
  const box =
    covered > 0
      ? {
          boxTop: top / rows,
          boxLeft: left / columns,
          boxHeight: (bottom + 1 - top) / rows,
          boxWidth: (right + 1 - left) / columns,
        }
      : {};
  if (mass === 0) return { coverage, ...box };
  const [row, column] = [massRow / mass, massColumn / mass];
  const centre = { centreRow: (row + 0.5) / rows, centreColumn: (column + 0.5) / columns };
  return { coverage, ...box, ...centre, ...axisOf(pixels, at, size, row, column) };
}

/** The principal axis of the second moments about the centre. Reference: skimage's `measure.regionprops`, with values as weights. */
function axisOf(
  pixels: Uint8Array,
  at: number,
  { rows, columns }: ImageSize,
  middleRow: number,
  middleColumn: number,
): Pick<Shape, 'orientation' | 'elongation'> {
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    // Upwards: angles count against the clock.
    const y = middleRow - row;
    for (let column = 0; column < columns; column++) {
      const value = pixels[at + row * columns + column] as number;
      const x = column - middleColumn;
      xx += value * x * x;
      yy += value * y * y;
      xy += value * x * y;
    }
  }
  const apart = Math.hypot(xx - yy, 2 * xy);
  const both = xx + yy;
  // A single point has no extent at all.
  if (both === 0) return {};
  // What rounding leaves of a round shape is no direction.
  if (apart <= 1e-9 * both) return { elongation: 0 };
  const across = Math.sqrt(Math.max(0, both - apart));
  const along = Math.sqrt(both + apart);
  return {
    orientation: (Math.atan2(2 * xy, xx - yy) * 90) / Math.PI,
    elongation: 1 - across / along,
  };
}

/** How alike the image is to its mirror image: the correlation of the two, −1 to 1; undefined for an even image, which has none. */
export function symmetryOf(
  pixels: Uint8Array,
  at: number,
  { rows, columns }: ImageSize,
): number | undefined {
  const size = rows * columns;
  let [sum, squares, products] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const start = at + row * columns;
    for (let column = 0; column < columns; column++) {
      const value = pixels[start + column] as number;
      sum += value;
      squares += value * value;
      products += value * (pixels[start + columns - 1 - column] as number);
    }
  }
  // Both have the same mean and deviation. Whole numbers: 0 is 0.
  const spread = size * squares - sum * sum;
  return spread > 0 ? (size * products - sum * sum) / spread : undefined;
}
