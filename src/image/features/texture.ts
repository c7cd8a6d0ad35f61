/**
 * Sharpness and edges of an image: changes from pixel to pixel. Beyond the edge stand the pixels
 * of the edge.
 */

import type { FeatureFields } from '../../ndjson/features-record.js';
import type { ImageSize } from '../augment/image.js';

/** A change of so much from one pixel to the next, an eighth of the range, is an edge. */
export const edgeStep = 32;

export type TextureFeatures = Required<Pick<FeatureFields, 'sharpness' | 'edges'>>;

/** Reference: SciPy's `ndimage.laplace` and `ndimage.sobel`, mode `nearest`. */
export function textureFeatures(
  pixels: Uint8Array,
  at: number,
  { rows, columns }: ImageSize,
): TextureFeatures {
  let [sum, squares, edges] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const middle = at + row * columns;
    const above = row > 0 ? middle - columns : middle;
    const below = row < rows - 1 ? middle + columns : middle;
    for (let column = 0; column < columns; column++) {
      const left = column > 0 ? column - 1 : column;
      const right = column < columns - 1 ? column + 1 : column;
      const north = pixels[above + column]!;
      const south = pixels[below + column]!;
      const west = pixels[middle + left]!;
      const east = pixels[middle + right]!;
      const northWest = pixels[above + left]!;
      const northEast = pixels[above + right]!;
      const southWest = pixels[below + left]!;
      const southEast = pixels[below + right]!;
      const laplacian = north + south + west + east - 4 * pixels[middle + column]!;
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
