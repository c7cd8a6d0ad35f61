/** Noise: each pixel is changed for itself. The kinds, and their amounts, are those of ImageNet-C (Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261). */

import type { CorruptImage } from './corruption.js';
import { poisson } from './poisson.js';

/** Adds normal noise of deviation `amount` × 255. */
export const gaussianNoise: CorruptImage = ({ pixels }, amount, generator) =>
  Float64Array.from(pixels, (value) => value + 255 * amount * generator.normal());

/** Counts photons: Poisson numbers of mean value / 255 × `amount`, shown so that `amount` photons are white. Black stays black. */
export const shotNoise: CorruptImage = ({ pixels }, amount, generator) =>
  Float64Array.from(pixels, (value) => (poisson((value / 255) * amount, generator) / amount) * 255);

/** Makes a share `amount` of the pixels black or white, as a coin falls. */
export const impulseNoise: CorruptImage = ({ pixels }, amount, generator) =>
  Float64Array.from(pixels, (value) => {
    const hit = generator.uniform() < amount;
    const white = generator.uniform() < 0.5;
    return hit ? (white ? 255 : 0) : value;
  });

/** Multiplies each value by 1 + `amount` × a standard normal number. */
export const speckleNoise: CorruptImage = ({ pixels }, amount, generator) =>
  Float64Array.from(pixels, (value) => value * (1 + amount * generator.normal()));
