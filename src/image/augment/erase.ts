/** Random erasing (Zhong et al. 2017, https://arxiv.org/abs/1708.04896): a rectangle of an image is overwritten. */

import type { Generator } from '../../random/generator.js';
import type { ImageAt, ImageSize } from './image.js';
import { type Erasure, leastErased } from './spec.js';

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The flattest rectangle: its height is this share of its width, both as shares of the image's. */
const flattest = 0.3;

/**
 * Draws a rectangle of `leastErased` to `area` of the image, anywhere inside it: the area evenly, the ratio of
 * height to width evenly by its logarithm, from those ratios with which the rectangle fits. (The paper draws
 * until one fits.) Takes four draws.
 */
export function drawRectangle(
  { rows, columns }: ImageSize,
  area: number,
  generator: Generator,
): Rectangle {
  const share = leastErased + (area - leastErased) * generator.uniform();
  const widest = -Math.log(Math.max(flattest, share));
  const ratio = Math.exp(widest * (2 * generator.uniform() - 1));
  const whole = (value: number, most: number) => Math.min(most, Math.max(1, Math.round(value)));
  const height = whole(rows * Math.sqrt(share * ratio), rows);
  const width = whole(columns * Math.sqrt(share / ratio), columns);
  return {
    height,
    width,
    top: generator.below(rows - height + 1),
    left: generator.below(columns - width + 1),
  };
}

/** Overwrites a rectangle in place. */
export function eraseRectangle(
  { pixels, at }: ImageAt,
  { rows, columns }: ImageSize,
  { top, left, height, width }: Rectangle,
  erasure: Erasure,
  generator: Generator,
): void {
  const value = erasure === 'mean' ? meanOf(pixels, at, rows * columns) : 0;
  for (let row = top; row < top + height; row++) {
    const start = at + row * columns + left;
    if (erasure === 'noise') scatter(pixels, start, start + width, generator);
    else pixels.fill(value, start, start + width);
  }
}

/** Bytes that are each as likely as any other; one draw gives four. */
function scatter(pixels: Uint8Array, from: number, to: number, generator: Generator): void {
  for (let i = from, bits = 0; i < to; i++) {
    bits = (i - from) % 4 === 0 ? generator.next() : bits >>> 8;
    pixels[i] = bits & 255;
  }
}

function meanOf(pixels: Uint8Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += pixels[i]!;
  return Math.round(sum / count);
}
