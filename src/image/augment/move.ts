/** Moves by whole pixels and flips: copying, without arithmetic on values. */

import { filledIndex } from './fill.js';
import type { ImageAt, ImageSize } from './image.js';
import type { Fill } from './spec.js';

export interface Move {
  /** Whole pixels. */
  readonly right: number;
  readonly down: number;
  /** Left and right change sides, before the move. */
  readonly flip: boolean;
}

/** Writes the image, flipped and moved, to `target`, which must be other memory. */
export function moveImage(
  { pixels, at }: ImageAt,
  { rows, columns }: ImageSize,
  { right, down, flip }: Move,
  fill: Fill,
  target: ImageAt,
): void {
  const froms = new Int32Array(columns);
  for (let column = 0; column < columns; column++) {
    const from = filledIndex(column - right, columns, fill);
    froms[column] = flip && from >= 0 ? columns - 1 - from : from;
  }
  let to = target.at;
  for (let row = 0; row < rows; row++) {
    const from = filledIndex(row - down, rows, fill);
    if (from < 0) {
      target.pixels.fill(0, to, to + columns);
      to += columns;
      continue;
    }
    const start = at + from * columns;
    for (let column = 0; column < columns; column++) {
      const c = froms[column]!;
      target.pixels[to++] = c < 0 ? 0 : pixels[start + c]!;
    }
  }
}
