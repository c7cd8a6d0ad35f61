/** Covering: part of the image is hidden, or laid over with something. */

import type { CorruptImage } from './corruption.js';
import { gaussianSmooth, sideOf } from './smoothing.js';

/** Half way from black to white: an occluder that shows on either. */
const grey = 128;

/** Covers a rectangle, shaped as the image and of a share `amount` of it, at a drawn place, with grey. */
export const occlusion: CorruptImage = ({ rows, columns, pixels }, amount, generator) => {
  const height = Math.max(1, Math.round(rows * Math.sqrt(amount)));
  const width = Math.max(1, Math.round(columns * Math.sqrt(amount)));
  const top = Math.floor(generator.uniform() * (rows - height + 1));
  const left = Math.floor(generator.uniform() * (columns - width + 1));
  const out = Float64Array.from(pixels);
  for (let row = top; row < top + height; row++)
    out.fill(grey, row * columns + left, row * columns + left + width);
  return out;
};

/** Takes the negative of an upright stripe of a share `amount` of the columns, at a drawn place. */
export const stripe: CorruptImage = ({ columns, pixels }, amount, generator) => {
  const width = Math.max(1, Math.round(columns * amount));
  const left = Math.floor(generator.uniform() * (columns - width + 1));
  return Float64Array.from(pixels, (value, i) => {
    const column = i % columns;
    return column >= left && column < left + width ? 255 - value : value;
  });
};

/** Deviation of the smoothing that makes drops of noise, as a share of the smaller side. */
const dropSize = 0.06;
/** Of light grey drops, and how much of what is below them they hide at most. */
const [dropValue, dropOpacity] = [190, 0.9];

/** Spatters drops on a share `amount` of the image: smoothed noise where it is highest, thinner towards the edges of drops. */
export const spatter: CorruptImage = (image, amount, generator) => {
  const noise = Float64Array.from(image.pixels, () => generator.normal());
  const wet = gaussianSmooth(noise, image, dropSize * sideOf(image));
  const sorted = wet.toSorted();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  const shore = at(1 - amount);
  // Full depth is as far above the shore as the upper tenth of the noise is from its middle.
  const depth = at(0.9) - at(0.5) || 1;
  return Float64Array.from(image.pixels, (value, i) => {
    const deep = Math.min(1, Math.max(0, (wet[i]! - shore) / depth));
    return value + dropOpacity * deep ** 0.5 * (dropValue - value);
  });
};
