/** Some of the training images, as a network sees them: what first weights are made for that depend on the images. */

import { normalize } from '../idx/normalization.js';
import type { ImageSample } from '../model/layer.js';
import { Generator, permutation } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import type { TrainingImages, TrainingPlan } from './plan.js';

/** As many as tell all there is to tell of how neighbouring pixels go together. */
const mostImages = 2000;

/** Up to 2,000 images, drawn by the seed, not augmented. They depend on the plan's seed and normalisation and on the images alone. */
export function imageSample(
  {
    rows,
    columns,
    normalization,
    seed,
  }: Pick<TrainingPlan, 'rows' | 'columns' | 'normalization' | 'seed'>,
  { count, pixels }: Pick<TrainingImages, 'count' | 'pixels'>,
): ImageSample {
  return () => {
    const size = rows * columns;
    const order = permutation(count, new Generator(deriveKey(seed, 'fmnist-train', 'sample')));
    const chosen = order.subarray(0, mostImages);
    const raw = new Uint8Array(chosen.length * size);
    for (const [i, image] of chosen.entries())
      raw.set(pixels.subarray(image * size, (image + 1) * size), i * size);
    return { rows, columns, pixels: normalize(raw, normalization, size) };
  };
}
