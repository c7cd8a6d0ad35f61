/** How much changes from pixel to pixel. Beyond the edge stand the pixels of the edge. */

import type { ImageSize } from '../augment/image.js';

/** A change of so much from one pixel to the next, an eighth of the range, is an edge. */
export const edgeStep = 32;

export interface Texture {
  /** Population deviation of the Laplacian (four neighbours less four times the pixel), 0 to 1,020: falls with blur, rises with noise. */
  readonly sharpness: number;
  /** Share of the pixels where the gradient, by Sobel's operator in values a pixel, is `edgeStep` or more. */
  readonly edges: number;
}

/** Reference: SciPy's `ndimage.laplace` and `ndimage.sobel`, mode `nearest`. */
export function textureOf(pixels: Uint8Array, at: number, { rows, columns }: ImageSize): Texture {
  let [sum, squares, edges] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const middle = at + row * columns;
    const above = row > 0 ? middle - columns : middle;
    const below = row < rows - 1 ? middle + columns : middle;
    for (let column = 0; column < columns; column++) {
      const left = column > 0 ? column - 1 : column;
      const right = column < columns - 1 ? column + 1 : column;
      const north = pixels[above + column] as number;
      const south = pixels[below + column] as number;
      const west = pixels[middle + left] as number;
      const east = pixels[middle + right] as number;
      const northWest = pixels[above + left] as number;
      const northEast = pixels[above + right] as number;
      const southWest = pixels[below + left] as number;
      const southEast = pixels[below + right] as number;
      const laplacian = north + south + west + east - 4 * (pixels[middle + column] as number);
      sum += laplacian;
      squares += laplacian * laplacian;
      const across = northEast + 2 * east + southEast - northWest - 2 * west - southWest;
      const down = southWest + 2 * south + southEast - northWest - 2 * north - northEast;
      // Sobel's weights add up to 8 for a step of 1 a pixel.
      if (across * across + down * down >= 64 * edgeStep * edgeStep) edges++;
    }
  }
  const size = rows * columns;
  const mean = sum / size;
  return {
    sharpness: Math.sqrt(Math.max(0, squares / size - mean * mean)),
    edges: edges / size,
  };
}
