/** Selection of the images of a set that are shown, with their raw pixels. */

import { OperationalError } from '../core/errors.js';
import { denormalize, normalizationFault } from '../idx/normalization.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { IdxArray } from '../idx/types.js';
import type { GreyImage } from './grey-image.js';

export interface ShownImage {
  /** Position in the stream, from 0. */
  readonly index: number;
  readonly image: GreyImage;
}

/** The first `count` images that `wanted` lets through, in order. Reads no further than the last of them. */
export async function* firstImages(
  set: LabelledSet,
  count: number,
  wanted: (index: number) => boolean,
): AsyncGenerator<ShownImage> {
  const raw = rawPixels(set);
  const { rows, columns } = set.images;
  const size = rows * columns;
  let left = count;
  for await (const batch of set.batches(64)) {
    for (let i = 0; i < batch.count && left > 0; i++) {
      const index = batch.start + i;
      if (!wanted(index)) continue;
      left--;
      const pixels = raw(batch.pixels.slice(i * size, (i + 1) * size));
      yield { index, image: { rows, columns, pixels } };
    }
    if (left === 0) return;
  }
}

/** The images at `indexes`, in that order; all are held in memory. */
export async function imagesAt(
  set: LabelledSet,
  indexes: readonly number[],
): Promise<ShownImage[]> {
  const wanted = new Set(indexes);
  const found = new Map<number, ShownImage>();
  for await (const shown of firstImages(set, wanted.size, (index) => wanted.has(index)))
    found.set(shown.index, shown);
  return indexes.flatMap((index) => found.get(index) ?? []);
}

/**
 * Conversion of a set's pixels to raw ones. Bytes are raw; f32 is denormalised by the annotation,
 * and without one stretched, each image from its least value (black) to its largest (white), for
 * want of anything better.
 */
function rawPixels(set: LabelledSet): (pixels: IdxArray) => ArrayLike<number> {
  const normalization = set.annotation?.normalization;
  const size = set.images.rows * set.images.columns;
  if (set.images.type === 'u8') return (pixels) => pixels;
  if (!normalization) return stretch;
  const fault = normalizationFault(normalization, size);
  if (fault) throw new OperationalError(set.source, `the annotation's normalization: ${fault}`);
  return (pixels) => denormalize(pixels as Float32Array, normalization, size);
}

function stretch(pixels: ArrayLike<number>): ArrayLike<number> {
  const values = Array.from(pixels);
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return values.map((value) => (most > least ? ((value - least) / (most - least)) * 255 : 0));
}
