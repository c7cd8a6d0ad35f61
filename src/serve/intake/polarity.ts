/**
 * Light on dark or dark on light? A model that was trained on one knows nothing of the other: the test images of
 * Fashion-MNIST turned to their negatives are recognised no better than by chance, and nothing says so.
 */

import type { ModelInfo } from '../../model/info.js';
import { RequestError } from '../request-error.js';
import type { Polarity } from '../settings.js';

/** Between these the corners say neither. No image of Fashion-MNIST's 60,000 for training has corners above 100. */
const dark = 112;
const light = 143;

/** The mean of the four corners, each a tenth of the shorter side and at least a pixel. 0–255. */
export function cornerMean(pixels: Uint8Array, rows: number, columns: number): number {
  const side = Math.max(1, Math.floor(Math.min(rows, columns) / 10));
  let sum = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const [top, bottom] = [row * columns, (rows - 1 - row) * columns];
      const [left, right] = [column, columns - 1 - column];
      for (const at of [top + left, top + right, bottom + left, bottom + right]) sum += pixels[at]!;
    }
  return sum / (4 * side * side);
}

/**
 * True if the model was trained on images with a light background, as far as its normalisation
 * tells.
 */
export function expectsLight({ normalization: { kind, mean } }: ModelInfo): boolean {
  if (kind !== 'standardize') return false;
  return mean.reduce((sum, value) => sum + value, 0) / mean.length > 127.5;
}

/**
 * True if images are to be inverted. corners: the cornerMean of one image, or its mean over a
 * set. RequestError 422 where `auto` cannot tell.
 */
export function isInverted(corners: number, model: ModelInfo, polarity: Polarity): boolean {
  if (polarity !== 'auto') return polarity === 'invert';
  if (corners > dark && corners < light)
    throw new RequestError(
      422,
      `the background is neither dark nor light (its corners are ${Math.round(corners)} of 255); say polarity=keep for ${expectsLight(model) ? 'dark on light' : 'light on dark'}, or polarity=invert`,
    );
  return corners >= light !== expectsLight(model);
}

/** In place. */
export function invert(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - pixels[i]!;
}
