/** A set's images as raw bytes, whichever way they stand in the stream: what models are trained on and asked about. */

import { createHash } from 'node:crypto';
import { OperationalError, withSource } from '../core/errors.js';
import type { Normalization } from '../idx/normalization.js';
import type { ImageBatch, LabelledSet } from '../idx/set-reader.js';
import { rawBytes } from './normalize.js';

export interface RawBatch extends ImageBatch {
  /** [count, rows, columns] raw bytes. */
  readonly pixels: Uint8Array;
}

/**
 * Normalisation of a set's f32 pixels; undefined for raw bytes. Throws OperationalError where f32
 * pixels come without one.
 */
export function normalizationOfSet({
  source,
  annotation,
  images,
}: LabelledSet): Normalization | undefined {
  // That a contract there is fits the images was seen to when the set was opened.
  if (images.type === 'u8') return undefined;
  if (annotation?.normalization) return annotation.normalization;
  throw new OperationalError(
    source,
    `has ${images.type} pixels and does not say how they were normalised; raw bytes, or the annotation that fmnist-norm writes, were expected`,
  );
}

/**
 * The images, `most` at a time at most. Normalised pixels are brought back by the set's own contract, which loses
 * nothing if they ever were bytes; an OperationalError names image and pixel where they were not.
 */
export async function* rawBatches(set: LabelledSet, most?: number): AsyncGenerator<RawBatch> {
  const contract = normalizationOfSet(set);
  const size = set.images.rows * set.images.columns;
  for await (const batch of set.batches(most)) {
    const { pixels } = batch;
    if (!contract) yield { ...batch, pixels: pixels as Uint8Array };
    else yield { ...batch, pixels: brought(pixels as Float32Array, contract, size, batch, set) };
  }
}

/** SHA-256 of all raw pixels, in order, in hex: the same however the images were normalised. */
export async function rawDigest(set: LabelledSet): Promise<string> {
  const hash = createHash('sha256');
  for await (const { pixels } of rawBatches(set)) hash.update(pixels);
  return hash.digest('hex');
}

function brought(
  pixels: Float32Array,
  contract: Normalization,
  size: number,
  { start }: ImageBatch,
  { source }: LabelledSet,
): Uint8Array {
  return withSource(source, () => rawBytes(pixels, contract, size, start));
}
