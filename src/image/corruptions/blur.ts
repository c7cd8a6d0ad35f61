/** Blur: each pixel is a mean of its neighbourhood. Amounts are lengths, as shares of the smaller side. */

import type { CorruptImage } from './corruption.js';
import { correlate, gaussianSmooth, sideOf, type Tap, valueAt } from './smoothing.js';

/** Gaussian smoothing of deviation `amount`. */
export const gaussianBlur: CorruptImage = (image, amount) =>
  gaussianSmooth(image.pixels, image, amount * sideOf(image));

/** The mean over a disc of radius `amount`, as a lens out of focus shows a point. */
export const defocusBlur: CorruptImage = (image, amount) =>
  correlate(image.pixels, image, disc(amount * sideOf(image)));

/** The mean along a line of length `amount`, through the pixel, in a drawn direction. */
export const motionBlur: CorruptImage = (image, amount, generator) =>
  correlate(image.pixels, image, streak(amount * sideOf(image), Math.PI * generator.uniform()));

/** Each pixel is seen from a point up to `amount` away, drawn evenly on both axes, as through frosted glass; then smoothed by a quarter of that. */
export const glassBlur: CorruptImage = (image, amount, generator) => {
  const reach = amount * sideOf(image);
  const { rows, columns, pixels } = image;
  const seen = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const down = reach * (2 * generator.uniform() - 1);
      const right = reach * (2 * generator.uniform() - 1);
      seen[row * columns + column] = valueAt(pixels, image, row + down, column + right);
    }
  return gaussianSmooth(seen, image, reach / 4);
};

/** Points a pixel has on each axis when it is asked how much of it is covered; odd, so that its middle is one of them. */
const points = 9;

/** Taps of a disc: each pixel weighs as many of its points as are within. */
function disc(radius: number): Tap[] {
  const reach = Math.floor(radius + 0.5);
  const taps: Tap[] = [];
  for (let down = -reach; down <= reach; down++)
    for (let right = -reach; right <= reach; right++) {
      const weight = covered(down, right, radius);
      if (weight > 0) taps.push({ down, right, weight });
    }
  return normalized(taps);
}

function covered(down: number, right: number, radius: number): number {
  const half = (points - 1) / 2;
  let count = 0;
  for (let i = -half; i <= half; i++)
    for (let j = -half; j <= half; j++)
      if (Math.hypot(down + i / points, right + j / points) <= radius) count++;
  return count;
}

/** Taps of a line about the middle: points an eighth of a pixel apart at most, each shared out among the four pixels around it. */
function streak(length: number, angle: number): Tap[] {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const steps = Math.ceil(8 * length);
  const reach = Math.ceil(length / 2) + 1;
  const side = 2 * reach + 1;
  const weights = new Float64Array(side * side);
  for (let i = 0; i <= steps; i++) {
    const along = steps === 0 ? 0 : (i / steps - 0.5) * length;
    const [y, x] = [reach + along * sin, reach + along * cos];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    const at = top * side + left;
    weights[at]! += (1 - down) * (1 - right);
    weights[at + 1]! += (1 - down) * right;
    weights[at + side]! += down * (1 - right);
    weights[at + side + 1]! += down * right;
  }
  const taps = Array.from(weights, (weight, i) => ({
    down: Math.floor(i / side) - reach,
    right: (i % side) - reach,
    weight,
  }));
  return normalized(taps.filter(({ weight }) => weight > 0));
}

function normalized(taps: readonly Tap[]): Tap[] {
  const sum = taps.reduce((total, { weight }) => total + weight, 0);
  return taps.map((tap) => ({ ...tap, weight: tap.weight / sum }));
}
