/** Decoded pictures: one byte of grey a pixel. */

import type { ImageSize } from '../image/augment/image.js';

export interface Picture extends ImageSize {
  /** [rows, columns] grey bytes. */
  readonly pixels: Buffer;
}
