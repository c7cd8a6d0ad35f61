/** Decoded pictures: one byte of grey a pixel. */

import type { ImageSize } from './source.js';

export interface Picture extends ImageSize {
  /** rows × columns bytes. */
  readonly pixels: Buffer;
}
