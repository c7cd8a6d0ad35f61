/** A grey image as pictures take it, and changing its size. */

import { areaAverage } from '../image/area-average.js';

export interface GreyImage {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns raw values in row-major order, 0 black to 255 white; what lies outside is clipped when drawn. */
  readonly pixels: ArrayLike<number>;
}

/** A value as a byte: rounded and clipped, NaN as 0. */
export function toByte(value: number): number {
  return value >= 255 ? 255 : value > 0 ? Math.round(value) : 0;
}

/**
 * The image at another size by area averages: each new pixel is the mean of the area it covers.
 * Meant for shrinking; an enlarged image shows its pixels as blocks.
 */
export function resize(image: GreyImage, rows: number, columns: number): GreyImage {
  if (rows === image.rows && columns === image.columns) return image;
  const pixels = areaAverage(image.pixels, image, { rows, columns });
  return { rows, columns, pixels };
}

/** The image at most `columns` wide, its proportions kept; never enlarged. */
export function fitWidth(image: GreyImage, columns: number): GreyImage {
  if (image.columns <= columns) return image;
  const rows = Math.max(1, Math.round((image.rows * columns) / image.columns));
  return resize(image, rows, columns);
}
