/** Images of one request, decoded to the model's shape. */

import type { ModelInfo } from '../../model/info.js';
import type { Polarity } from '../settings.js';

export interface RequestImages {
  readonly count: number;
  /** [count, rows, columns] raw bytes, in the model's shape and polarity. */
  readonly pixels: Uint8Array;
  /** [count] true label values, where the client sent them. */
  readonly labels: Uint8Array | undefined;
  /** Which images were turned to their negatives. */
  readonly inverted: readonly boolean[];
  /** A stream of records or images, which is answered by one. */
  readonly stream: boolean;
}

export interface ImageDecodingOptions {
  readonly model: ModelInfo;
  readonly polarity: Polarity;
  /** Pixels of all images together. */
  readonly maxPixels: number;
  /** Bytes of the body once it is decompressed. */
  readonly maxBody: number;
}

/** One image in the model's shape. */
export interface ShapedImage {
  /** [rows, columns] raw bytes. */
  readonly pixels: Uint8Array;
  readonly inverted: boolean;
  readonly label?: number | undefined;
}

/** Joins images, each of the model's size. */
export function collectImages(images: readonly ShapedImage[], stream = false): RequestImages {
  const [first] = images;
  const size = first?.pixels.length ?? 0;
  const [only] = images;
  const pixels = images.length === 1 && only ? only.pixels : new Uint8Array(images.length * size);
  if (images.length > 1)
    for (const [i, image] of images.entries()) pixels.set(image.pixels, i * size);
  const labels = images.map(({ label }) => label).filter((label) => label !== undefined);
  return {
    count: images.length,
    pixels,
    labels: labels.length === images.length ? Uint8Array.from(labels) : undefined,
    inverted: images.map(({ inverted }) => inverted),
    stream,
  };
}
