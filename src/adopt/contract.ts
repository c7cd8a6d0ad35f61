/** Contract of an adopted model: what its graph takes for an image, and what its values say. */

import type { ClassList } from '../idx/classes.js';
import { type Normalization, scaleToUnit } from '../idx/normalization.js';

/** Treatment of an image before another tool's graph sees it. The pixels come in raw, 0 to 255, background 0. */
export interface Contract {
  /** Size of the images that come in. */
  readonly rows: number;
  readonly columns: number;
  readonly classes: ClassList;
  /** Column of each class among the values of the graph. [classes] */
  readonly order: readonly number[];
  readonly normalization: Normalization;
  /** Pixels are 255 − pixel first: the model was trained on dark garments on a light background. */
  readonly invert: boolean;
  /** The graph takes columns for rows. */
  readonly transpose: boolean;
}

/** Raw pixels, as they come. */
export const unnormalized: Normalization = {
  kind: 'scale',
  per: 'dataset',
  mean: [0],
  deviation: [1],
};

/**
 * Reads `--normalize`: `none`, `scale` (divided by 255) or `MEAN,STD`. The two are of pixels 0 to 1, as torchvision's
 * Normalize takes them, where neither exceeds 1, and else of pixels 0 to 255. Throws a RangeError for `0,1`, which is
 * one thing in the first case and another in the second, and for anything else.
 */
export function parseNormalization(text: string): Normalization {
  if (text === 'none') return unnormalized;
  if (text === 'scale') return scaleToUnit;
  const numbers = text.split(',').map((part) => (/^\s*$/.test(part) ? Number.NaN : Number(part)));
  const [mean = Number.NaN, deviation = Number.NaN] = numbers;
  if (numbers.length !== 2 || !Number.isFinite(mean) || !Number.isFinite(deviation))
    throw new RangeError(`is '${text}'; MEAN,STD or scale or none was expected`);
  if (deviation <= 0 || mean < 0 || mean > 255 || deviation > 255)
    throw new RangeError(
      `is '${text}'; a mean from 0 to 255 and a standard deviation above 0, up to 255, were expected`,
    );
  if (mean === 0 && deviation === 1)
    throw new RangeError(
      "is '0,1', which may be said of pixels 0 to 1 or 0 to 255; scale or none was expected",
    );
  const unit = mean <= 1 && deviation <= 1 ? 255 : 1;
  return {
    kind: 'standardize',
    per: 'dataset',
    mean: [mean * unit],
    deviation: [deviation * unit],
  };
}
