/** What one slice of one step is fed: images and targets, each a pure function of what it is for. */

import type { Augmenter } from '../image/augment/augment.js';

/** Copies the images of `order` (one index a sample) side by side into `target`, each changed by `augment` on the way. pixelsPerImage values each. */
export function gatherImages(
  images: Uint8Array,
  order: Uint32Array,
  pixelsPerImage: number,
  target: Uint8Array,
  augment?: Augmenter,
): void {
  for (let i = 0; i < order.length; i++) {
    const index = order[i] as number;
    const from = index * pixelsPerImage;
    const to = i * pixelsPerImage;
    if (augment) augment({ pixels: images, at: from }, index, { pixels: target, at: to });
    else target.set(images.subarray(from, from + pixelsPerImage), to);
  }
}

/** One row a sample: 1 − smoothing on its class and smoothing / classes on every class besides (Szegedy et al. 2016). */
export function smoothTargets(
  classIndices: Uint8Array,
  order: Uint32Array,
  classes: number,
  smoothing: number,
  target: Float32Array,
): void {
  target.fill(smoothing / classes);
  for (let i = 0; i < order.length; i++) {
    const at = i * classes + (classIndices[order[i] as number] as number);
    target[at] = 1 - smoothing + smoothing / classes;
  }
}
