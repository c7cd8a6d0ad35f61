/** Image sources: raw grey images of any format, in order, a block at a time. */

import type { Annotation } from '../idx/annotation.js';
import type { ImageSize } from '../image/augment/image.js';

export interface ImageBlock {
  readonly count: number;
  /** [count, rows, columns] bytes; not changed after the block is handed over. */
  readonly pixels: Buffer;
  /** [count] label values, where the source is labelled. */
  readonly labels: Uint8Array | undefined;
}

export interface ImageSource {
  readonly source: string;
  readonly annotation: Annotation | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly labelled: boolean;
  /** What the user should know of it, a sentence each, once its blocks are read. */
  readonly notes?: readonly string[];
  /** The images, once. */
  blocks(): AsyncGenerator<ImageBlock>;
}

/** Bytes of pixels in a block, about. */
export const blockBytes = 1 << 20;

/** Images of a size in a block. */
export function imagesPerBlock({ rows, columns }: ImageSize): number {
  return Math.max(1, Math.floor(blockBytes / (rows * columns)));
}
