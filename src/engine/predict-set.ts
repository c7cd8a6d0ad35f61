/** Predictions of a whole stream: batches of raw bytes in, probabilities out, in bounded memory and in the stream's order. */

import { OperationalError } from '../core/errors.js';
import { type ClassList, classConflict, classesOf, indexOfLabel } from '../idx/classes.js';
import { describeNormalization, sameNormalization } from '../idx/normalization.js';
import type { LabelledSet } from '../idx/set-reader.js';
import { blankValue } from '../image/blank.js';
import { CopyFinder } from '../image/copies.js';
import { normalizationOfSet, rawBatches } from '../image/raw-pixels.js';
import type { ModelInfo } from '../model/info.js';
import type { Prediction, Predictor } from './predictor.js';

/** A batch with its predictions. */
export interface PredictedBatch extends Prediction {
  /** Index of the first image of the batch in the set. */
  readonly start: number;
  readonly count: number;
  /** [count, rows, columns] raw bytes; valid until the next batch is asked for. */
  readonly pixels: Uint8Array;
  /** [count] label values, where the set is labelled. */
  readonly labels: Uint8Array | undefined;
  /** [count] index in the set of the first image with the same pixels; undefined of an image that is the first. */
  readonly copyOf: readonly (number | undefined)[];
  /** [count]: true for an image of one value throughout. */
  readonly blank: readonly boolean[];
}

/**
 * Checks a set against the model that is to predict it. Throws OperationalError for another size of image, another
 * normalisation, labels that the model does not know, or names that differ for the same label. Reads no image.
 */
export function checkSet(set: LabelledSet, info: ModelInfo): void {
  const { source, images, annotation, labels } = set;
  const refuse = (problem: string): never => {
    throw new OperationalError(source, problem);
  };
  if (images.rows !== info.rows || images.columns !== info.columns)
    refuse(
      `has images of ${images.rows} × ${images.columns} pixels; the model expects ${info.rows} × ${info.columns}`,
    );
  const normalization = normalizationOfSet(set);
  if (normalization && !sameNormalization(normalization, info.normalization))
    refuse(
      `is normalised by ${describeNormalization(normalization)}; the model was trained on ${describeNormalization(info.normalization)}`,
    );
  const index = indexOfLabel(info.classes);
  const unknown = labels?.findIndex((label) => index[label]! < 0) ?? -1;
  if (unknown >= 0)
    refuse(
      `image ${unknown} has label ${labels?.[unknown]}, which the model does not know; it knows ${info.classes.labels.join(', ')}`,
    );
  // A label of two meanings would be scored as if it had one.
  const conflict = labels && classConflict(classesOf(annotation), info.classes);
  if (conflict)
    refuse(
      `calls label ${conflict.label} '${conflict.theirs}', the model calls it '${conflict.ours}'; the classes the model was trained on were expected`,
    );
}

/** Classes of the model, named as in the stream where the model has no names but the labels. */
export function namedClasses(set: LabelledSet, { classes }: ModelInfo): ClassList {
  const named = classesOf(set.annotation);
  if (!named || classes.names.some((name, i) => name !== String(classes.labels[i]))) return classes;
  const names = classes.labels.map(
    (label) => named.names[named.labels.indexOf(label)] ?? `${label}`,
  );
  return { ...classes, names };
}

/**
 * Predicts every image of a set, in batches of `size`, the last one aside, however the stream arrives: results do not
 * depend on timing. Checks the set first. Throws OperationalError where a probability is not finite.
 */
export async function* predictSet(
  set: LabelledSet,
  predictor: Predictor,
  size: number,
): AsyncGenerator<PredictedBatch> {
  const { info } = predictor;
  checkSet(set, info);
  const pixelsPerImage = info.rows * info.columns;
  const collected = new Uint8Array(size * pixelsPerImage);
  const copies = new CopyFinder();
  let count = 0;
  let start = 0;
  const flush = async (): Promise<PredictedBatch> => {
    const pixels = collected.subarray(0, count * pixelsPerImage);
    const prediction = await predictor.predict(pixels, count);
    checkFinite(prediction, info, start);
    const labels = set.labels?.subarray(start, start + count);
    const images = Array.from({ length: count }, (_, i) =>
      pixels.subarray(i * pixelsPerImage, (i + 1) * pixelsPerImage),
    );
    const copyOf = images.map((image) => copies.add(image));
    const blank = images.map((image) => blankValue(image) !== undefined);
    const batch = { ...prediction, start, count, pixels, labels, copyOf, blank };
    start += count;
    count = 0;
    return batch;
  };
  for await (const batch of rawBatches(set, size)) {
    for (let taken = 0; taken < batch.count; ) {
      const taking = Math.min(size - count, batch.count - taken);
      collected.set(
        batch.pixels.subarray(taken * pixelsPerImage, (taken + taking) * pixelsPerImage),
        count * pixelsPerImage,
      );
      taken += taking;
      count += taking;
      if (count === size) yield await flush();
    }
  }
  if (count > 0) yield await flush();
}

function checkFinite({ probabilities }: Prediction, info: ModelInfo, start: number): void {
  const classes = info.classes.labels.length;
  const found = probabilities.findIndex((value) => !Number.isFinite(value));
  if (found >= 0)
    throw new OperationalError(
      `model ${info.digest.slice(0, 12)}`,
      `gives no finite probability for image ${start + Math.floor(found / classes)}; its weights are damaged or it was trained to NaN`,
    );
}
