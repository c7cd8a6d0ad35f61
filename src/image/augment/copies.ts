/** Several copies of each image of a batch, each changed in its own way, in pieces of bounded size. */

import type { ImageBatch } from '../../idx/set-reader.js';
import type { Augmenter } from './augment.js';
import type { ImageSize } from './image.js';

/** Bytes a piece at most, unless one image has more. */
const pieceBytes = 1 << 20;

/** Each image as it is, if `keep`, then as each augmenter makes it; the images of a piece are its own memory. */
export function* copyImages(
  { start, count, pixels }: Pick<ImageBatch, 'start' | 'count' | 'pixels'>,
  size: ImageSize,
  augmenters: readonly Augmenter[],
  keep: boolean,
): Generator<Uint8Array> {
  const source = pixels as Uint8Array;
  const unit = size.rows * size.columns;
  const wanted = keep ? [undefined, ...augmenters] : augmenters;
  const room = Math.max(1, Math.floor(pieceBytes / unit));
  let left = count * wanted.length;
  let piece = new Uint8Array(0);
  let to = 0;
  for (let i = 0; i < count; i++) {
    for (const augment of wanted) {
      if (to === piece.length) {
        piece = new Uint8Array(Math.min(room, left) * unit);
        to = 0;
      }
      if (augment) augment({ pixels: source, at: i * unit }, start + i, { pixels: piece, at: to });
      else piece.set(source.subarray(i * unit, (i + 1) * unit), to);
      to += unit;
      left--;
      if (to === piece.length) yield piece;
    }
  }
}

/** Each label `times` times. */
export function repeated(labels: Uint8Array, times: number): Uint8Array {
  const out = new Uint8Array(labels.length * times);
  for (let i = 0; i < labels.length; i++) out.fill(labels[i]!, i * times, (i + 1) * times);
  return out;
}
