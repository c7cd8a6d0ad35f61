/** Image writers: the one interface of all output formats. */

import type { Progress } from '../cli/messages.js';
import type { Annotation } from '../idx/annotation.js';
import type { ImageShape } from '../idx/items.js';
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

/** Picked images with their labels, as writers take them; `invert` turns bytes round. */
export async function* outputBlocks(
  picked: Iterable<PickedImages> | AsyncIterable<PickedImages>,
  { labels }: OutputSet,
  invert: boolean,
  progress: Progress,
): AsyncGenerator<OutputBlock> {
  try {
    for await (const { start, count, bytes } of picked) {
      const pixels = invert ? Buffer.from(bytes.map((value) => 255 - value)) : bytes;
      yield { count, bytes: pixels, labels: labels?.subarray(start, start + count) };
      progress.update(start + count);
    }
  } finally {
    progress.stop();
  }
}
