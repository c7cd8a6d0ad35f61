/** What one slice of one step is fed: images, targets and dropout masks, each a pure function of what it is for. */

import type { AreaAverage } from '../image/area-average.js';
import type { Augmenter } from '../image/augment/augment.js';
import type { ImageSize } from '../image/augment/image.js';
import type { Key } from '../random/key.js';
import { trainingAugmenter } from './augmentation.js';
import { dropoutMasks } from './dropout-masks.js';
import { trainingReducer } from './epoch-network.js';
import { type Mixer, mixInto, openMixer } from './mixup.js';
import type { TrainingImages, TrainingPlan } from './plan.js';

/** What a step wants filled; the sizes follow from the number of samples. */
export interface StepInputs {
  readonly image: Uint8Array;
  /** The same images at the size that the epoch has, where that is smaller. */
  readonly reduced?: Uint8Array | undefined;
  readonly targets: Float32Array;
  readonly masks: readonly {
    readonly key: Key;
    readonly rate: number;
    readonly values: Float32Array;
  }[];
}

/** Room for `count` images of the plan's size, and for as many of the network's where they are smaller. */
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

/** What happens to the images of an epoch on their way into a batch. */
export interface Transforms {
  readonly augment: Augmenter | undefined;
  readonly mix: Mixer | undefined;
  /** The last of them: makes whole images those of the epoch's size. */
  readonly reduce: AreaAverage | undefined;
}

/** The changes of an epoch (from 1). */
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

/** Fills all a step is fed for the images of `order`; `firstSample`: the number of the first, counted through all steps. */
export function fillBatch(
  feeds: StepInputs,
  plan: FillPlan,
  images: TrainingImages,
  order: Uint32Array,
  firstSample: number,
  { augment, mix, reduce }: Transforms,
): void {
  const { rows, columns, classes } = plan;
  const { labelSmoothing } = plan.recipe;
  gatherImages(images.pixels, order, rows * columns, feeds.image, augment);
  smoothTargets(images.classIndices, order, classes, labelSmoothing, feeds.targets);
  if (mix) mixBatch(feeds, plan, images, order, { augment, mix });
  if (reduce && feeds.reduced) reduceImages(feeds.image, feeds.reduced, order.length, reduce);
  for (const { key, rate, values } of feeds.masks)
    dropoutMasks(key, firstSample, order.length, rate, values);
}

/** Mixes partners, changed as they themselves are in this epoch, into images and targets that are filled already. */
function mixBatch(
  { image, targets }: Pick<StepInputs, 'image' | 'targets'>,
  { recipe, rows, columns, classes }: FillPlan,
  { pixels, classIndices }: TrainingImages,
  order: Uint32Array,
  { augment, mix }: { readonly augment: Augmenter | undefined; readonly mix: Mixer },
): void {
  const size = rows * columns;
  const other = new Uint8Array(size);
  for (let i = 0; i < order.length; i++) {
    const index = order[i]!;
    const mixture = mix(index);
    if (!mixture) continue;
    const { partner, share } = mixture;
    gatherImages(pixels, Uint32Array.of(partner), size, other, augment);
    mixInto(image.subarray(i * size, (i + 1) * size), other, mixture, columns);
    // What of the target is not spread over all classes, moved from one class to the other.
    const moved = (1 - recipe.labelSmoothing) * (1 - share);
    const row = targets.subarray(i * classes, (i + 1) * classes);
    const [own, others] = [classIndices[index]!, classIndices[partner]!];
    if (own === others) continue;
    row[own] = row[own]! - moved;
    row[others] = row[others]! + moved;
  }
}

/** Makes `count` images smaller, one behind the other. */
function reduceImages(
  images: Uint8Array,
  reduced: Uint8Array,
  count: number,
  reduce: AreaAverage,
): void {
  const [from, to] = [images.length / count, reduced.length / count];
  for (let i = 0; i < count; i++) reduce(images, i * from, reduced, i * to);
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
    const index = order[i]!;
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
    const at = i * classes + classIndices[order[i]!]!;
    target[at] = 1 - smoothing + smoothing / classes;
  }
}

/** The class that row `row` of targets has most of: the right answer, of a mixed image too. */
export function targetClass(targets: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++)
    if (targets[row * classes + c]! > targets[row * classes + best]!) best = c;
  return best;
}
