/** Picking images out of batches. */

import type { IdxArray } from './types.js';

/** The images of a batch whose flag is set, packed together; the batch itself where all are. */
export function selectImages<A extends IdxArray>(
  pixels: A,
  pixelsPerImage: number,
  wanted: (index: number) => boolean,
): A {
  const count = pixels.length / pixelsPerImage;
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (wanted(i)) kept.push(i);
  if (kept.length === count) return pixels;
  const out = new (pixels.constructor as new (length: number) => A)(kept.length * pixelsPerImage);
  for (const [to, from] of kept.entries()) {
    out.set(
      pixels.subarray(from * pixelsPerImage, (from + 1) * pixelsPerImage),
      to * pixelsPerImage,
    );
  }
  return out;
}
