/**
 * Sums over the pixels of a set, label by label; `byte-sums.ts` does it for raw pixels, `float-
 * sums.ts` for normalised ones.
 */

import type { IdxArray } from '../idx/types.js';
import type { Moments } from '../image/moments.js';
import type { AnyRecord } from '../ndjson/records.js';

/** Listener that is called with every image, in order. */
export interface ImageListener {
  /**
   * brightness, contrast: mean and population deviation of the image's pixels. Its bytes are the words from
   * `start` on, the last one filled up with zeros; they stay only until the call returns.
   */
  image(brightness: number, contrast: number, words: Uint32Array, start: number): void;
}

export interface ClassSums {
  readonly label: number;
  readonly count: number;
  readonly moments: Moments;
  /** [rows, columns]: the mean of its images, pixel by pixel. */
  readonly meanImage: Float64Array;
}

/** Counts of pixel values in bins that follow each other: `edges` has one more than `counts`. */
export interface PixelHistogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** The label under which the images of a set without labels are counted. */
export const unlabelled = -1;

export interface PixelSums {
  /**
   * pixels: whole images; labels: one each, or none at all; first: the position of the first image, for messages.
   * Throws a RangeError on pixels that are no numbers.
   */
  add(
    pixels: IdxArray,
    labels: Uint8Array | undefined,
    first: number,
    listener: ImageListener,
  ): void;
  /** How many images were added. */
  images(): number;
  /** The classes seen, by label. */
  classes(): ClassSums[];
  /** Of all images together; at least one must have been added. */
  overall(): Moments & {
    readonly min: number;
    readonly max: number;
    readonly meanImage: Float64Array;
    readonly deviationImage?: Float64Array;
  };
  histogram(): PixelHistogram;
  /** Everything, exactly, as records of the types that `absorb` takes. */
  partial(): AnyRecord[];
  /** Adds one record of another's `partial()`; false if it is of another type, a RangeError if it is damaged. */
  absorb(record: AnyRecord): boolean;
}
