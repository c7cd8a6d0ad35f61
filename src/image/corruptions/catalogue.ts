/** Every corruption of images by name, with the amounts of its five severities. */

import { defocusBlur, gaussianBlur, glassBlur, motionBlur } from './blur.js';
import type { Amounts, CorruptImage, Corruption, Family } from './corruption.js';
import { jpeg, pixelate } from './digital.js';
import { rescale, rotate, shear, translate, zoomBlur } from './geometry.js';
import { brightness, contrast, fog, inversion } from './light.js';
import { dottedLine, zigzag } from './lines.js';
import { gaussianNoise, impulseNoise, shotNoise, speckleNoise } from './noise.js';
import { occlusion, spatter, stripe } from './obstructions.js';

const share = { min: 0, max: 1 };
const part = { min: 0, max: 0.99 };
const any = { min: 0, max: 10 };

function kind(
  family: Family,
  describe: string,
  corrupt: CorruptImage,
  amounts: Amounts,
  unit: string,
  bounds: Corruption['bounds'],
): Corruption {
  return { family, describe, corrupt, amounts, unit, bounds };
}

/** In the order in which they are listed and shown. */
// biome-ignore format: a table is read by its columns.
export const corruptions = {
  'gaussian-noise': kind('noise', 'normal noise is added', gaussianNoise, [0.08, 0.12, 0.18, 0.26, 0.38], 'deviation / white', any),
  'shot-noise': kind('noise', 'light is counted in few photons', shotNoise, [60, 25, 12, 5, 3], 'photons for white', { min: 0.1, max: 100_000 }),
  'impulse-noise': kind('noise', 'some pixels are black or white', impulseNoise, [0.03, 0.06, 0.09, 0.17, 0.27], 'share of the pixels', share),
  'speckle-noise': kind('noise', 'normal noise is multiplied in', speckleNoise, [0.15, 0.2, 0.35, 0.45, 0.6], 'deviation / value', any),
  'gaussian-blur': kind('blur', 'smoothed', gaussianBlur, [0.02, 0.03, 0.045, 0.065, 0.09], 'deviation / smaller side', share),
  'defocus-blur': kind('blur', 'out of focus', defocusBlur, [0.04, 0.06, 0.08, 0.105, 0.135], 'radius / smaller side', share),
  'motion-blur': kind('blur', 'drawn out in some direction', motionBlur, [0.12, 0.2, 0.28, 0.36, 0.45], 'length / smaller side', share),
  'glass-blur': kind('blur', 'seen through frosted glass', glassBlur, [0.03, 0.05, 0.07, 0.1, 0.14], 'reach / smaller side', share),
  'zoom-blur': kind('blur', 'zoomed while it was taken', zoomBlur, [0.1, 0.2, 0.3, 0.4, 0.5], 'growth / size', any),
  brightness: kind('light', 'brighter', brightness, [0.1, 0.2, 0.3, 0.4, 0.5], 'added / white', { min: -1, max: 1 }),
  contrast: kind('light', 'of less contrast', contrast, [0.6, 0.7, 0.8, 0.9, 0.95], 'contrast taken away', share),
  fog: kind('light', 'behind clouds of fog', fog, [0.2, 0.5, 0.75, 1, 1.5], 'depth / white', any),
  inversion: kind('light', 'on the way to the negative', inversion, [0.2, 0.4, 0.6, 0.8, 1], 'share of the way', share),
  scale: kind('geometry', 'smaller', rescale, [0.1, 0.2, 0.3, 0.4, 0.5], 'size taken away', part),
  shear: kind('geometry', 'slanted to a side', shear, [0.2, 0.4, 0.6, 0.8, 1], 'columns / row from the centre', any),
  rotate: kind('geometry', 'turned to a side', rotate, [10, 20, 30, 45, 60], 'degrees', { min: 0, max: 180 }),
  translate: kind('geometry', 'moved away', translate, [0.06, 0.12, 0.18, 0.24, 0.3], 'distance / smaller side', share),
  occlusion: kind('covering', 'behind a grey rectangle', occlusion, [0.05, 0.1, 0.15, 0.2, 0.3], 'share of the area', share),
  stripe: kind('covering', 'negative in a stripe', stripe, [0.1, 0.15, 0.2, 0.3, 0.4], 'share of the columns', share),
  spatter: kind('covering', 'spattered with drops', spatter, [0.05, 0.1, 0.15, 0.22, 0.3], 'share of the area', share),
  'dotted-line': kind('covering', 'crossed by dotted lines', dottedLine, [1, 2, 3, 4, 5], 'lines', { min: 0, max: 100, integer: true }),
  zigzag: kind('covering', 'crossed by zigzags', zigzag, [1, 2, 3, 4, 5], 'lines', { min: 0, max: 100, integer: true }),
  jpeg: kind('digital', 'stored as a JPEG', jpeg, [25, 18, 15, 10, 7], 'quality', { min: 1, max: 100, integer: true }),
  pixelate: kind('digital', 'of fewer and larger pixels', pixelate, [0.4, 0.5, 0.6, 0.7, 0.75], 'rows, columns taken away', part),
} as const satisfies Readonly<Record<string, Corruption>>;

export type CorruptionName = keyof typeof corruptions;

export const corruptionNames = Object.keys(corruptions) as readonly CorruptionName[];

export function isCorruptionName(name: string): name is CorruptionName {
  return Object.hasOwn(corruptions, name);
}
