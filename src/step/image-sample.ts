/** Sample of the training images as a network sees them, for initial weights that depend on the images (whitening). */

import { normalize } from '../idx/normalization.js';
import type { ImageSample } from '../model/layer.js';
import { Generator, permutation } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import type { TrainingImages, TrainingPlan } from './plan.js';

/** Images that suffice to estimate the covariance of neighbouring pixels. */
const mostImages = 2000;

/** Draws up to 2,000 images by the seed, not augmented. The sample depends on seed, normalisation and images alone. */
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
    const indices = permutation(count, new Generator(deriveKey(seed, 'fmnist-train', 'sample')));
    const chosen = indices.subarray(0, mostImages);
    const raw = new Uint8Array(chosen.length * size);
    for (const [i, image] of chosen.entries())
      raw.set(pixels.subarray(image * size, (image + 1) * size), i * size);
    return { rows, columns, pixels: normalize(raw, normalization, size) };
  };
}
