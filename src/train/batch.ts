/** What one slice of one step is fed: images, targets and dropout masks, each a pure function of what it is for. */

import type { Augmenter } from '../image/augment/augment.js';
import { Generator } from '../random/generator.js';
import { itemKey, type Key } from '../random/key.js';

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

/**
 * Dropout masks for `samples` samples from number `first` on (samples are counted through all steps):
 * each sample's mask depends on key and number alone, so not on how a batch is sliced.
 * target: size × samples values (the samples stand last), 0 with probability `rate` in steps of 1/65536, else 1 / (1 − rate).
 */
export function dropoutMasks(
  key: Key,
  first: number,
  samples: number,
  rate: number,
  target: Float32Array,
): void {
  const threshold = Math.round(rate * 65536);
  const scale = 65536 / (65536 - threshold);
  for (let sample = 0; sample < samples; sample++) {
    const generator = new Generator(itemKey(key, first + sample));
    for (let at = sample; at < target.length; at += 2 * samples) {
      const bits = generator.next();
      target[at] = (bits & 0xffff) < threshold ? 0 : scale;
      if (at + samples < target.length) target[at + samples] = bits >>> 16 < threshold ? 0 : scale;
    }
  }
}
