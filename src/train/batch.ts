/** What one slice of one step is fed: images, targets and dropout masks, each a pure function of what it is for. */

import type { TrainingImages, TrainingPlan } from '../engine/engine.js';
import type { Augmenter } from '../image/augment/augment.js';
import type { Key } from '../random/key.js';
import { dropoutMasks } from './dropout-masks.js';

/** What a step wants filled; the sizes follow from the number of samples. */
export interface BatchFeeds {
  readonly image: Uint8Array;
  readonly targets: Float32Array;
  readonly masks: readonly {
    readonly key: Key;
    readonly rate: number;
    readonly values: Float32Array;
  }[];
}

/** Fills all a step is fed for the images of `order`; `firstSample`: the number of the first, counted through all steps. */
export function fillBatch(
  feeds: BatchFeeds,
  plan: Pick<TrainingPlan, 'rows' | 'columns' | 'classes' | 'labelSmoothing'>,
  images: TrainingImages,
  order: Uint32Array,
  firstSample: number,
  augment: Augmenter | undefined,
): void {
  const { rows, columns, classes, labelSmoothing } = plan;
  gatherImages(images.pixels, order, rows * columns, feeds.image, augment);
  smoothTargets(images.classIndices, order, classes, labelSmoothing, feeds.targets);
  for (const { key, rate, values } of feeds.masks)
    dropoutMasks(key, firstSample, order.length, rate, values);
}

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
