/** Position, extent and orientation of the object in its image. */

import type { FeatureFields } from '../../ndjson/features-record.js';
import type { ImageSize } from '../augment/image.js';

/** From this value on, an eighth of the range, a pixel is part of the object and not of a black ground. */
export const ground = 32;

/** `coverage` is always there, the rest where it is defined. */
export type ShapeFeatures = Required<Pick<FeatureFields, 'coverage'>> &
  Pick<
    FeatureFields,
    | 'boxTop'
    | 'boxLeft'
    | 'boxHeight'
    | 'boxWidth'
    | 'centreRow'
    | 'centreColumn'
    | 'orientation'
    | 'elongation'
  >;

export function shapeFeatures(pixels: Uint8Array, at: number, size: ImageSize): ShapeFeatures {
  const { rows, columns } = size;
  let covered = 0;
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  // Sums of x, and of x times row, column and their products: whole numbers, exact.
  let [mass, massRow, massColumn] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    let [sum, moment] = [0, 0];
    for (let column = 0; column < columns; column++) {
      const value = pixels[at + row * columns + column]!;
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
): Pick<ShapeFeatures, 'orientation' | 'elongation'> {
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    // Upwards: angles count against the clock.
    const y = middleRow - row;
    for (let column = 0; column < columns; column++) {
      const value = pixels[at + row * columns + column]!;
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

/**
 * Symmetry of an image: its correlation with its mirror image, −1 to 1; undefined for an even
 * image, which has none.
 */
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
      const value = pixels[start + column]!;
      sum += value;
      squares += value * value;
      products += value * pixels[start + columns - 1 - column]!;
    }
  }
  // Both have the same mean and deviation. Whole numbers: 0 is 0.
  const spread = size * squares - sum * sum;
  return spread > 0 ? (size * products - sum * sum) / spread : undefined;
}
