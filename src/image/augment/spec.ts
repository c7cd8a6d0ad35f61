/**
 * Augmentation settings: the options of fmnist-augment and of a recipe's section `augmentation`.
 */

import type { NumberBounds } from '../../core/numbers.js';

export const flips = ['none', 'random', 'alternating'] as const;
export const fills = ['zero', 'nearest', 'reflect'] as const;
export const erasures = ['noise', 'mean', 'zero'] as const;
export type Flip = (typeof flips)[number];
export type Fill = (typeof fills)[number];
export type Erasure = (typeof erasures)[number];

/**
 * Augmentation of images. Where a number is a range, each image gets one drawn evenly from −range
 * to +range. 0 is never.
 */
export interface Augmentation {
  /** Degrees. */
  readonly rotate: number;
  /** Share of the image's height, and, drawn apart, of its width; fractions of a pixel count. */
  readonly shift: number;
  /** How far a row slides sideways, as a share of its distance from the centre (the sine of the shearing angle). */
  readonly shear: number;
  /** Share by which height and, drawn apart, width are divided: 0.15 is 1/1.15 to 1/0.85. */
  readonly zoom: number;
  /** Whole pixels, down and, drawn apart, sideways. */
  readonly translate: number;
  /** Left and right change sides: half of the time, or in every second epoch (each image for itself; Jordan 2024, https://arxiv.org/abs/2404.00498). */
  readonly flip: Flip;
  /** What is seen beyond the edge: black, the edge's own pixels, or the mirrored image. */
  readonly fill: Fill;
  /** The probability with which a rectangle is erased. */
  readonly erase: number;
  /** The largest share of the image that is erased; the smallest is `leastErased`. */
  readonly eraseArea: number;
  /** What an erased rectangle is filled with: random bytes, the image's own mean, or black. */
  readonly eraseWith: Erasure;
}

export type AugmentationNumber =
  | 'rotate'
  | 'shift'
  | 'shear'
  | 'zoom'
  | 'translate'
  | 'erase'
  | 'eraseArea';

/** The least and the largest erased share are those of Zhong et al. 2017 (https://arxiv.org/abs/1708.04896). */
export const leastErased = 0.02;

export const augmentationBounds: Readonly<Record<AugmentationNumber, NumberBounds>> = {
  rotate: { min: 0, max: 180 },
  shift: { min: 0, max: 1 },
  shear: { min: 0, max: 0.9 },
  zoom: { min: 0, max: 0.9 },
  translate: { min: 0, max: 65535, integer: true },
  erase: { min: 0, max: 1 },
  eraseArea: { min: leastErased, max: 1 },
};

/** Changes nothing. */
export const noAugmentation: Augmentation = {
  rotate: 0,
  shift: 0,
  shear: 0,
  zoom: 0,
  translate: 0,
  flip: 'none',
  fill: 'zero',
  erase: 0,
  eraseArea: 0.4,
  eraseWith: 'noise',
};

export const presetNames = ['reference', 'light'] as const;
export type PresetName = (typeof presetNames)[number];

/** `reference` is what Keras' users write into ImageDataGenerator for this data set; `light` suits short runs. */
export const presets: Readonly<Record<PresetName, Augmentation>> = {
  reference: {
    ...noAugmentation,
    rotate: 15,
    shift: 0.15,
    shear: 0.15,
    zoom: 0.15,
    flip: 'random',
    fill: 'nearest',
  },
  light: { ...noAugmentation, translate: 2, flip: 'alternating' },
};

/** The settings that say something: those that are not `noAugmentation`'s, and what is beyond the edge. */
export function augmentationSettings(spec: Augmentation): Partial<Augmentation> {
  const still: Readonly<Record<string, unknown>> = { ...noAugmentation, fill: undefined };
  return Object.fromEntries(Object.entries(spec).filter(([name, value]) => value !== still[name]));
}

/** True if the settings can change an image at all. */
export function changesImages(spec: Augmentation): boolean {
  const { rotate, shift, shear, zoom, translate, erase } = spec;
  return rotate + shift + shear + zoom + translate + erase > 0 || spec.flip !== 'none';
}
