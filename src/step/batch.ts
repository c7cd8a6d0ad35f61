/** Inputs of a micro-batch: images, targets and dropout masks, each a pure function of seed, step and sample. */

import type { AreaAverage } from '../image/area-average.js';
import type { Augmenter } from '../image/augment/augment.js';
import type { ImageSize } from '../image/augment/image.js';
import type { Key } from '../random/key.js';
import { trainingAugmenter } from './augmentation.js';
import { dropoutMasks } from './dropout-masks.js';
import { trainingReducer } from './epoch-network.js';
import { type Mixer, mixInto, openMixer } from './mixup.js';
import type { TrainingImages, TrainingPlan } from './plan.js';

/** Memory for the inputs of a step program. */
export interface StepInputs {
  /** [samples, rows, columns] raw bytes of the plan's size of image. */
  readonly image: Uint8Array;
  /** [samples, rows, columns] the same images at the epoch's size, where that is smaller. */
  readonly reduced?: Uint8Array | undefined;
  /** [samples, classes] soft targets. */
  readonly targets: Float32Array;
  readonly masks: readonly {
    readonly key: Key;
    readonly rate: number;
    /** [values of a sample, samples]. */
    readonly values: Float32Array;
  }[];
}

/** Allocates `count` images of the plan's size, and as many of the network's size where that is smaller. */
export function imageInputs(
  plan: ImageSize,
  network: ImageSize,
  count: number,
): Pick<StepInputs, 'image' | 'reduced'> {
  const [whole, small] = [plan.rows * plan.columns, network.rows * network.columns];
  return {
    image: new Uint8Array(count * whole),
    reduced: small < whole ? new Uint8Array(count * small) : undefined,
  };
}

/** Transforms of an epoch's images on their way into a batch. */
export interface Transforms {
  readonly augment: Augmenter | undefined;
  readonly mix: Mixer | undefined;
  /** The last one: reduces whole images to the epoch's size. */
  readonly reduce: AreaAverage | undefined;
}

/** Opens the transforms of an epoch (from 1). */
export function openTransforms(
  plan: TrainingPlan,
  { count }: Pick<TrainingImages, 'count'>,
  epoch: number,
): Transforms {
  return {
    augment: trainingAugmenter(plan, epoch),
    mix: openMixer(plan.recipe, plan, count, epoch),
    reduce: trainingReducer(plan, epoch),
  };
}

type FillPlan = Pick<TrainingPlan, 'recipe' | 'rows' | 'columns' | 'classes'>;

/**
 * Fills the inputs of a step program. indices: [samples] of the images, a part of the permutation; firstSample: number
 * of the first, counted over all steps.
 */
export function fillBatch(
  inputs: StepInputs,
  plan: FillPlan,
  images: TrainingImages,
  indices: Uint32Array,
  firstSample: number,
  { augment, mix, reduce }: Transforms,
): void {
  const { rows, columns, classes } = plan;
  const { labelSmoothing } = plan.recipe;
  gatherImages(images.pixels, indices, rows * columns, inputs.image, augment);
  smoothTargets(images.classIndices, indices, classes, labelSmoothing, inputs.targets);
  if (mix) mixBatch(inputs, plan, images, indices, { augment, mix });
  if (reduce && inputs.reduced) reduceImages(inputs.image, inputs.reduced, indices.length, reduce);
  for (const { key, rate, values } of inputs.masks)
    dropoutMasks(key, firstSample, indices.length, rate, values);
}

/** Mixes partners, augmented as they themselves are in this epoch, into images and targets that are filled already. */
function mixBatch(
  { image, targets }: Pick<StepInputs, 'image' | 'targets'>,
  { recipe, rows, columns, classes }: FillPlan,
  { pixels, classIndices }: TrainingImages,
  indices: Uint32Array,
  { augment, mix }: { readonly augment: Augmenter | undefined; readonly mix: Mixer },
): void {
  const size = rows * columns;
  const partnerImage = new Uint8Array(size);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const mixture = mix(index);
    if (!mixture) continue;
    const { partner, share } = mixture;
    gatherImages(pixels, Uint32Array.of(partner), size, partnerImage, augment);
    mixInto(image.subarray(i * size, (i + 1) * size), partnerImage, mixture, columns);
    // Mass that label smoothing leaves on the class, moved to the partner's class in proportion.
    const moved = (1 - recipe.labelSmoothing) * (1 - share);
    const row = targets.subarray(i * classes, (i + 1) * classes);
    const [own, others] = [classIndices[index]!, classIndices[partner]!];
    if (own === others) continue;
    row[own] = row[own]! - moved;
    row[others] = row[others]! + moved;
  }
}

/** Reduces `count` images, one after the other. */
function reduceImages(
  images: Uint8Array,
  reduced: Uint8Array,
  count: number,
  reduce: AreaAverage,
): void {
  const [from, to] = [images.length / count, reduced.length / count];
  for (let i = 0; i < count; i++) reduce(images, i * from, reduced, i * to);
}

/** Copies images, augmented on the way, into `target`. indices: [samples]; target: [samples, pixelsPerImage]. */
export function gatherImages(
  images: Uint8Array,
  indices: Uint32Array,
  pixelsPerImage: number,
  target: Uint8Array,
  augment?: Augmenter,
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const from = index * pixelsPerImage;
    const to = i * pixelsPerImage;
    if (augment) augment({ pixels: images, at: from }, index, { pixels: target, at: to });
    else target.set(images.subarray(from, from + pixelsPerImage), to);
  }
}

/** Fills smoothed targets, [samples, classes]: 1 − smoothing on the class, and smoothing / classes on every class besides (Szegedy et al. 2016). */
export function smoothTargets(
  classIndices: Uint8Array,
  indices: Uint32Array,
  classes: number,
  smoothing: number,
  target: Float32Array,
): void {
  target.fill(smoothing / classes);
  for (let i = 0; i < indices.length; i++) {
    const at = i * classes + classIndices[indices[i]!]!;
    target[at] = 1 - smoothing + smoothing / classes;
  }
}

/** Class of largest target in row `row` of [samples, classes]: the ground truth, of a mixed image too. */
export function targetClass(targets: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++)
    if (targets[row * classes + c]! > targets[row * classes + best]!) best = c;
  return best;
}
