/** Geometry: the image is seen from elsewhere, by one affine map about its centre; beyond its edge is black. The kinds are those of MNIST-C (Mu and Gilmer 2019, https://arxiv.org/abs/1906.02337). */

import { type AffineMap, affineMap, type Geometry } from '../augment/affine.js';
import { warpImage } from '../augment/warp.js';
import type { ByteImage, CorruptImage } from './corruption.js';
import { sideOf } from './smoothing.js';

const still: Geometry = {
  rotate: 0,
  left: 0,
  up: 0,
  shear: 0,
  zoomX: 1,
  zoomY: 1,
  flip: false,
  right: 0,
  down: 0,
};

/** Makes things smaller: both sides lose a share `amount`. */
export const rescale: CorruptImage = (image, amount) =>
  seen(image, { zoomX: 1 / (1 - amount), zoomY: 1 / (1 - amount) });

/** Slides each row sideways by `amount` × its distance from the centre, upper rows to a drawn side. */
export const shear: CorruptImage = (image, amount, generator) => {
  const slide = side(generator.uniform()) * amount;
  const middle = (image.rows - 1) / 2;
  return warped(image, { xx: 1, xy: slide, x0: -slide * middle, yx: 0, yy: 1, y0: 0 });
};

/** Turns by `amount` degrees, one way or the other. */
export const rotate: CorruptImage = (image, amount, generator) =>
  seen(image, { rotate: side(generator.uniform()) * amount });

/** Moves by `amount` × the smaller side, in a drawn direction. */
export const translate: CorruptImage = (image, amount, generator) => {
  const angle = 2 * Math.PI * generator.uniform();
  const way = amount * sideOf(image);
  return seen(image, { left: way * Math.cos(angle), up: way * Math.sin(angle) });
};

/** Pictures that a zoom blur is the mean of. */
const steps = 11;

/** The mean of pictures that grow in even steps, up to 1 + `amount` times as large, as a lens that zooms while it takes. */
export const zoomBlur: CorruptImage = (image, amount) => {
  const sum = new Float64Array(image.pixels.length);
  for (let step = 0; step < steps; step++) {
    const zoom = 1 / (1 + (amount * step) / (steps - 1));
    const larger = seen(image, { zoomX: zoom, zoomY: zoom });
    for (let i = 0; i < sum.length; i++) sum[i]! += larger[i]!;
  }
  return sum.map((value) => value / steps);
};

function seen(image: ByteImage, change: Partial<Geometry>): Uint8Array {
  return warped(image, affineMap({ ...still, ...change }, image.rows, image.columns));
}

function warped(image: ByteImage, map: AffineMap): Uint8Array {
  const pixels = new Uint8Array(image.pixels.length);
  warpImage({ pixels: image.pixels, at: 0 }, image, map, 'zero', { pixels, at: 0 });
  return pixels;
}

function side(uniform: number): number {
  return uniform < 0.5 ? -1 : 1;
}
