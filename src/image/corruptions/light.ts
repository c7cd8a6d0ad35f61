/** Light: brightness, contrast, the negative, and fog. */

import { cloud } from './cloud.js';
import type { CorruptImage } from './corruption.js';

/** Adds `amount` × 255. */
export const brightness: CorruptImage = ({ pixels }, amount) =>
  Float64Array.from(pixels, (value) => value + 255 * amount);

/** Draws every value nearer to the image's mean, by a share `amount` of the way. */
export const contrast: CorruptImage = ({ pixels }, amount) => {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  return Float64Array.from(pixels, (value) => mean + (1 - amount) * (value - mean));
};

/** Goes a share `amount` of the way to the negative: half of it is even grey, all of it is the negative. */
export const inversion: CorruptImage = ({ pixels }, amount) =>
  Float64Array.from(pixels, (value) => value + amount * (255 - 2 * value));

/** Lays `amount` times a cloud over the image and divides by 1 + `amount`, so that what is white stays white where the cloud is. */
export const fog: CorruptImage = (image, amount, generator) => {
  const veil = cloud(image, generator);
  return Float64Array.from(
    image.pixels,
    (value, i) => (value + amount * 255 * veil[i]!) / (1 + amount),
  );
};
