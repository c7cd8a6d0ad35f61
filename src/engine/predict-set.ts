/** A model over a whole stream: batches of raw bytes in, probabilities out, in bounded memory and in the stream's order. */

import { TroubleError } from '../cli/errors.js';
import { type ClassList, classesOf, indexOfLabel } from '../idx/classes.js';
import type { ImageBatch, LabelledSet } from '../idx/set-reader.js';
import { rawBytes } from '../image/normal-encoder.js';
import {
  describeNormalization,
  type Normalization,
  sameNormalization,
} from '../image/normalization.js';
import type { ModelInfo } from '../model/info.js';
import type { Prediction, Predictor } from './predictor.js';

export interface PredictedBatch extends Prediction {
  /** Index of the first image of the batch in the set. */
  readonly start: number;
  readonly count: number;
  /** count × rows × columns raw bytes; valid until the next batch is asked for. */
  readonly pixels: Uint8Array;
  /** Label values, where the set is labelled. */
  readonly labels: Uint8Array | undefined;
}

/**
 * Refuses a set that the model cannot judge: other image sizes, another normalisation, labels it does not know,
 * or names that differ for the same label. Reads no image.
 */
export function checkSet(set: LabelledSet, info: ModelInfo): void {
  const { source, images, annotation, labels } = set;
  const refuse = (problem: string): never => {
    throw new TroubleError(source, problem);
  };
  if (images.rows !== info.rows || images.columns !== info.columns)
    refuse(
      `has images of ${images.rows} × ${images.columns} pixels; the model expects ${info.rows} × ${info.columns}`,
    );
  const { normalization } = annotation ?? {};
  if (images.type === 'f32') {
    if (!normalization)
      refuse(
        'has f32 pixels and does not say how they were normalised; raw bytes, or the annotation that fmnist-norm writes, were expected',
      );
    if (!sameNormalization(normalization, info.normalization))
      refuse(
        `is normalised by ${describeNormalization(normalization)}; the model was trained on ${describeNormalization(info.normalization)}`,
      );
  }
  const index = indexOfLabel(info.classes);
  const stranger = labels?.findIndex((label) => (index[label] as number) < 0) ?? -1;
  if (stranger >= 0)
    refuse(
      `image ${stranger} has label ${labels?.[stranger]}, which the model does not know; it knows ${info.classes.labels.join(', ')}`,
    );
  checkNames(set, info, refuse);
}

/** The model's classes, under the stream's names where the model's own are but their labels. */
export function namedClasses(set: LabelledSet, { classes }: ModelInfo): ClassList {
  const named = classesOf(set.annotation);
  if (!named || classes.names.some((name, i) => name !== String(classes.labels[i]))) return classes;
  const names = classes.labels.map(
    (label) => named.names[named.labels.indexOf(label)] ?? `${label}`,
  );
  return { ...classes, names };
}

/** A label that means one thing in the stream and another in the model would be scored as if it were the same. */
function checkNames(
  set: LabelledSet,
  { classes }: ModelInfo,
  refuse: (problem: string) => never,
): void {
  const named = classesOf(set.annotation);
  if (!named || !set.labels) return;
  for (const [i, label] of named.labels.entries()) {
    const at = classes.labels.indexOf(label);
    const [theirs, ours] = [named.names[i], classes.names[at]];
    if (at < 0 || theirs === ours || theirs === String(label) || ours === String(label)) continue;
    refuse(
      `calls label ${label} '${theirs}', the model calls it '${ours}'; the classes the model was trained on were expected`,
    );
  }
}

/**
 * The model's word on every image, `size` at a time but for the last batch, however the stream arrives:
 * results do not depend on timing. Checks the set first.
 */
export async function* predictSet(
  set: LabelledSet,
  predictor: Predictor,
  size: number,
): AsyncGenerator<PredictedBatch> {
  const { info } = predictor;
  checkSet(set, info);
  const pixelsPerImage = info.rows * info.columns;
  const held = new Uint8Array(size * pixelsPerImage);
  let count = 0;
  let start = 0;
  const flush = async (): Promise<PredictedBatch> => {
    const pixels = held.subarray(0, count * pixelsPerImage);
    const prediction = await predictor.predict(pixels, count);
    checkFinite(prediction, info, start);
    const labels = set.labels?.subarray(start, start + count);
    const batch = { ...prediction, start, count, pixels, labels };
    start += count;
    count = 0;
    return batch;
  };
  for await (const batch of set.batches(size)) {
    const raw = rawPixels(batch, info.normalization, pixelsPerImage, set.source);
    for (let taken = 0; taken < batch.count; ) {
      const some = Math.min(size - count, batch.count - taken);
      held.set(
        raw.subarray(taken * pixelsPerImage, (taken + some) * pixelsPerImage),
        count * pixelsPerImage,
      );
      taken += some;
      count += some;
      if (count === size) yield await flush();
    }
  }
  if (count > 0) yield await flush();
}

/** The bytes of a batch; normalised pixels are brought back, which loses nothing if they ever were bytes. */
function rawPixels(
  batch: ImageBatch,
  normalization: Normalization,
  pixelsPerImage: number,
  source: string,
): Uint8Array {
  if (batch.pixels instanceof Uint8Array) return batch.pixels;
  try {
    return rawBytes(batch.pixels as Float32Array, normalization, pixelsPerImage, batch.start);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TroubleError(source, error.message, { cause: error });
  }
}

function checkFinite({ probabilities }: Prediction, info: ModelInfo, start: number): void {
  const classes = info.classes.labels.length;
  const at = probabilities.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new TroubleError(
      `model ${info.digest.slice(0, 12)}`,
      `gives no finite probability for image ${start + Math.floor(at / classes)}; its weights are damaged or it was trained to NaN`,
    );
}
