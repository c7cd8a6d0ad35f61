/** The features of an image: the one definition that records, the log of a service and drift share (see fmnist-features(1)). */

import type { FeatureFields } from '../../ndjson/features-record.js';
import type { ImageSize } from '../augment/image.js';
import { brightnessOf, entropyOf } from './light.js';
import { type ShapeFeatures, shapeFeatures, symmetryOf } from './shape.js';
import { type TextureFeatures, textureFeatures } from './texture.js';

/** The features of one image; those left out are undefined for it. */
export type ImageFeatures = ShapeFeatures &
  TextureFeatures &
  Required<Pick<FeatureFields, 'brightness' | 'contrast' | 'entropy'>> &
  Pick<FeatureFields, 'symmetry'>;

/** Names of the features in the order in which they are written, with the decimals that are worth writing. */
export const featureDecimals: Readonly<Record<keyof ImageFeatures, number>> = {
  brightness: 3,
  contrast: 3,
  sharpness: 3,
  edges: 6,
  entropy: 6,
  symmetry: 6,
  coverage: 6,
  boxTop: 6,
  boxLeft: 6,
  boxHeight: 6,
  boxWidth: 6,
  centreRow: 6,
  centreColumn: 6,
  orientation: 3,
  elongation: 6,
};

export const featureNames = Object.keys(featureDecimals) as readonly (keyof ImageFeatures)[];

/** Measures the rows × columns raw bytes from `at` on. */
export function measureImage(pixels: Uint8Array, at: number, size: ImageSize): ImageFeatures {
  const count = size.rows * size.columns;
  const symmetry = symmetryOf(pixels, at, size);
  return {
    ...brightnessOf(pixels, at, count),
    ...textureFeatures(pixels, at, size),
    entropy: entropyOf(pixels, at, count),
    ...(symmetry === undefined ? {} : { symmetry }),
    ...shapeFeatures(pixels, at, size),
  };
}

/** The same in the order and with the decimals in which they are written. */
export function writtenFeatures(features: ImageFeatures): ImageFeatures {
  const written: Record<string, number> = {};
  for (const name of featureNames) {
    const value = features[name];
    if (value === undefined) continue;
    const steps = 10 ** featureDecimals[name];
    written[name] = Math.round(value * steps) / steps + 0;
  }
  return written as unknown as ImageFeatures;
}
