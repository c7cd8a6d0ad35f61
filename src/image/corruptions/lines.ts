/** Lines drawn over the image in white: dotted ones and zigzags, after MNIST-C. */

import type { Generator } from '../../random/generator.js';
import type { ImageSize } from '../augment/image.js';
import type { CorruptImage } from './corruption.js';
import { sideOf } from './smoothing.js';

/**
 * Distance of a point from the middle of the ink, by its coordinates along the line and across
 * it, in widths of the pen.
 */
type Distance = (along: number, across: number) => number;

/** Draws `amount` dotted lines: dots 3 pens apart. */
export const dottedLine: CorruptImage = (image, amount, generator) =>
  drawn(image, amount, generator, (along, across) =>
    Math.hypot(along - 3 * Math.round(along / 3), across),
  );

/** Height and length of a zig and a zag, in pens. */
const [height, length] = [2.5, 8];
const slope = (4 * height) / length;

/** Draws `amount` zigzags. */
export const zigzag: CorruptImage = (image, amount, generator) =>
  drawn(image, amount, generator, (along, across) => {
    const phase = along / length - Math.floor(along / length);
    const middle = height * (1 - 4 * Math.abs(phase - 0.5));
    return Math.abs(across - middle) / Math.sqrt(1 + slope * slope);
  });

/** A pen is this share of the smaller side wide, and no less than a pixel. */
const penShare = 1 / 28;

/** Lays lines over the image, each in a drawn direction, past the centre by no more than a third of the smaller side. */
function drawn(
  image: ImageSize & { readonly pixels: Uint8Array },
  count: number,
  generator: Generator,
  distance: Distance,
): Float64Array {
  const { rows, columns, pixels } = image;
  const pen = Math.max(1, sideOf(image) * penShare);
  const out = Float64Array.from(pixels);
  for (let i = 0; i < count; i++) {
    const angle = Math.PI * generator.uniform();
    const past = (sideOf(image) * (2 * generator.uniform() - 1)) / 3;
    const start = length * pen * generator.uniform();
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [x, y] = [column - (columns - 1) / 2, row - (rows - 1) / 2];
        const along = (x * cos + y * sin + start) / pen;
        const across = (y * cos - x * sin - past) / pen;
        // Three quarters of a pen to each side, and soft over one pixel.
        const ink = Math.min(1, Math.max(0, (0.75 - distance(along, across)) * pen + 0.5));
        const at = row * columns + column;
        out[at] = Math.max(out[at]!, 255 * ink);
      }
  }
  return out;
}
