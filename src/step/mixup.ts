/** Mixup and CutMix: two training images made one, with the classes of both. Mixup (Zhang et al. 2018, https://arxiv.org/abs/1710.09412) and CutMix (Yun et al. 2019, https://arxiv.org/abs/1905.04899). */

import type { FieldReader } from '../core/field-reader.js';
import type { Rectangle } from '../image/augment/erase.js';
import type { ImageSize } from '../image/augment/image.js';
import { Generator } from '../random/generator.js';
import { deriveKey, itemKey } from '../random/key.js';

/** Section `mixup` or `cutmix` of a recipe. */
export interface MixingSpec {
  /** The first image's share is drawn from Beta(alpha, alpha). */
  readonly alpha: number;
  /** Probability that an image is mixed. */
  readonly probability: number;
}

/** Both sections; absent, nothing is mixed in this way. */
export interface MixupAndCutmix {
  readonly mixup?: MixingSpec;
  readonly cutmix?: MixingSpec;
}

/** Reads both sections; one that would mix nothing is left out. */
export function readMixupAndCutmix(mixup: FieldReader, cutmix: FieldReader): MixupAndCutmix {
  const [up, cut] = [read(mixup, 'mixup', 1), read(cutmix, 'cutmix', 0.5)];
  return { ...(up ? { mixup: up } : {}), ...(cut ? { cutmix: cut } : {}) };
}

function read(reader: FieldReader, name: string, otherwise: number): MixingSpec | undefined {
  const spec = {
    alpha: reader.number('alpha', { min: 0, max: 100 }, 0),
    probability: reader.number('probability', { min: 0, max: 1 }, otherwise),
  };
  reader.end(name);
  return spec.alpha === 0 || spec.probability === 0 ? undefined : spec;
}

/** Mixture of one image with a partner. */
export interface Mixture {
  /** Index of the other image in the set. */
  readonly partner: number;
  /** The first image's share of the target. */
  readonly share: number;
  /** Rectangle that the other image fills (CutMix); absent, both are blended everywhere (mixup). */
  readonly rectangle?: Rectangle;
}

/** Draws the mixture of image `index`; undefined where it stays unmixed. */
export type Mixer = (index: number) => Mixture | undefined;

/**
 * Mixer of one epoch; undefined where the recipe mixes nothing. A partner is any image of the whole set: the
 * mixture depends on seed, epoch and the image's index alone, and not on its batch or micro-batch. CutMix is drawn
 * first; an image that it leaves may be taken by mixup.
 */
export function openMixer(
  { mixup, cutmix }: MixupAndCutmix,
  { seed, rows, columns }: ImageSize & { readonly seed: number },
  count: number,
  epoch: number,
): Mixer | undefined {
  if (!mixup && !cutmix) return undefined;
  const epochKey = itemKey(deriveKey(seed, 'fmnist-train', 'mixing'), epoch);
  return (index) => {
    const generator = new Generator(itemKey(epochKey, index));
    const partner = generator.below(count);
    const [cut, up] = [generator.uniform(), generator.uniform()];
    if (cutmix && cut < cutmix.probability) {
      const rectangle = drawPatch({ rows, columns }, drawShare(cutmix.alpha, generator), generator);
      const share = 1 - (rectangle.height * rectangle.width) / (rows * columns);
      return { partner, share, rectangle };
    }
    if (!mixup || up >= mixup.probability) return undefined;
    return { partner, share: drawShare(mixup.alpha, generator) };
  };
}

/** Draws from Beta(alpha, alpha), as the share of one of two gamma variates. By logarithms: for a small alpha both may underflow. */
export function drawShare(alpha: number, generator: Generator): number {
  const [a, b] = [logGamma(alpha, generator), logGamma(alpha, generator)];
  return 1 / (1 + Math.exp(b - a));
}

/** Logarithm of a gamma variate (Marsaglia and Tsang 2000): drawn for shape + 1, and reduced by a uniform variate. */
function logGamma(shape: number, generator: Generator): number {
  const d = shape + 1 - 1 / 3;
  for (;;) {
    const x = generator.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    // From (0, 1]: its logarithm is finite.
    const u = 1 - generator.uniform();
    if (v > 0 && Math.log(u) < x ** 2 / 2 + d - d * v + d * Math.log(v))
      return Math.log(d * v) + Math.log(1 - generator.uniform()) / shape;
  }
}

/** Draws a rectangle of the image's proportions and 1 − share of its area, with its centre anywhere in the image, cut off at the edges. */
function drawPatch({ rows, columns }: ImageSize, share: number, generator: Generator): Rectangle {
  const side = Math.sqrt(1 - share);
  const span = (size: number): [from: number, length: number] => {
    const length = Math.trunc(size * side);
    const from = generator.below(size) - Math.trunc(length / 2);
    const start = Math.max(0, from);
    return [start, Math.min(size, from + length) - start];
  };
  const [top, height] = span(rows);
  const [left, width] = span(columns);
  return { top, left, height, width };
}

/** Mixes `other` into `pixels`, [rows, columns] each, in place; blended bytes are rounded. */
export function mixInto(
  pixels: Uint8Array,
  other: Uint8Array,
  { share, rectangle }: Mixture,
  columns: number,
): void {
  if (!rectangle) {
    for (let i = 0; i < pixels.length; i++) {
      const [own, others] = [pixels[i]!, other[i]!];
      pixels[i] = Math.round(share * own + (1 - share) * others);
    }
    return;
  }
  const { top, left, height, width } = rectangle;
  for (let row = top; row < top + height; row++) {
    const from = row * columns + left;
    pixels.set(other.subarray(from, from + width), from);
  }
}
