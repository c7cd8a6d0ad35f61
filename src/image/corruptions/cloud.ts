/** A cloud: plasma by the diamond-square algorithm (Fournier, Fussell and Carpenter 1982, https://doi.org/10.1145/358523.358553). */

import type { Generator } from '../../random/generator.js';
import type { ImageSize } from '../augment/image.js';

/**
 * rows × columns values from 0 to 1: a window, at a drawn place, on a square that goes on at its edges. At each finer
 * step the values between, which are the mean of the four around them, are moved by half as much as before.
 */
export function cloud({ rows, columns }: ImageSize, generator: Generator): Float64Array {
  const side = 2 ** Math.max(1, Math.ceil(Math.log2(Math.max(rows, columns))));
  const field = plasma(side, generator);
  const [top, left] = [generator.below(side), generator.below(side)];
  const low = field.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = field.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = field[((top + row) % side) * side + ((left + column) % side)]!;
      out[row * columns + column] = (value - low) / (high - low);
    }
  return out;
}

function plasma(side: number, generator: Generator): Float64Array {
  const field = new Float64Array(side * side);
  const at = (row: number, column: number) =>
    field[((row + side) % side) * side + ((column + side) % side)]!;
  let swing = 1;
  for (let step = side; step > 1; step /= 2, swing /= 2) {
    const half = step / 2;
    const moved = (sum: number) => sum / 4 + swing * (2 * generator.uniform() - 1);
    // Middles of squares, from their corners.
    for (let row = half; row < side; row += step)
      for (let column = half; column < side; column += step)
        field[row * side + column] = moved(
          at(row - half, column - half) +
            at(row - half, column + half) +
            at(row + half, column - half) +
            at(row + half, column + half),
        );
    // Middles of edges, from the ends of the edge and the middles beside it.
    for (let row = 0; row < side; row += half)
      for (let column = (row / half) % 2 === 0 ? half : 0; column < side; column += step)
        field[row * side + column] = moved(
          at(row - half, column) +
            at(row + half, column) +
            at(row, column - half) +
            at(row, column + half),
        );
  }
  return field;
}
