/** Image writers: the one interface of all output formats. */

import type { Progress } from '../cli/messages.js';
import type { Annotation } from '../idx/annotation.js';
import type { ImageShape } from '../idx/items.js';
import { idxTypes } from '../idx/types.js';
import type { PickedImages } from './image-store.js';

/** Properties of a set that are known before its first image is written. */
export interface OutputSet {
  /** `count` is of the images that will be written. */
  readonly images: ImageShape;
  /** [images] label values, where they are labelled. */
  readonly labels: Uint8Array | undefined;
  /** Absent for foreign readers. */
  readonly annotation: Annotation | undefined;
}

export interface OutputBlock {
  readonly count: number;
  /** [count, rows, columns] values as IDX has them: row-major, big-endian. */
  readonly bytes: Buffer;
  /** [count] label values, where they are labelled. */
  readonly labels: Uint8Array | undefined;
}

export interface ImageWriter {
  write(block: OutputBlock): Promise<void>;
  finish(): Promise<void>;
}

/** Changes of every image. */
export interface PixelChanges {
  /** Bytes are turned round. */
  readonly invert: boolean;
  /** Rows become columns; the set has the sizes that come of it. */
  readonly transpose: boolean;
}

/** Picked images with their labels, as writers take them, changed. */
export async function* outputBlocks(
  picked: Iterable<PickedImages> | AsyncIterable<PickedImages>,
  { labels, images }: OutputSet,
  { invert, transpose }: PixelChanges,
  progress: Progress,
): AsyncGenerator<OutputBlock> {
  try {
    for await (const { start, count, bytes } of picked) {
      const turned = transpose ? transposed(bytes, count, images) : bytes;
      const pixels = invert ? Buffer.from(turned.map((value) => 255 - value)) : turned;
      yield { count, bytes: pixels, labels: labels?.subarray(start, start + count) };
      progress.update(start + count);
    }
  } finally {
    progress.stop();
  }
}

/** Images whose rows become columns. rows, columns: those that come of it. */
function transposed(bytes: Buffer, count: number, { type, rows, columns }: ImageShape): Buffer {
  const { size } = idxTypes[type];
  const turned = Buffer.allocUnsafeSlow(bytes.length);
  let to = 0;
  for (let image = 0; image < count; image++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const from = (image * rows * columns + column * rows + row) * size;
        for (let i = 0; i < size; i++) turned[to++] = bytes[from + i]!;
      }
  return turned;
}
