/** Feature records of the images of a set, with a model's predictions and embeddings where one is given. */

import { type PredictedBatch, predictSet } from '../engine/predict-set.js';
import { predictionAt } from '../engine/predicted-samples.js';
import type { Predictor } from '../engine/predictor.js';
import type { LabelledSet } from '../idx/set-reader.js';
import { measureImage, writtenFeatures } from '../image/features/measure.js';
import { rawBatches } from '../image/raw-pixels.js';
import { certaintyOf } from '../ndjson/certainty.js';
import type { FeaturesRecord } from '../ndjson/features-record.js';

/** Measures a set: a batch of records at a time, in the stream's order, in bounded memory. `size`: images of a batch for the model. */
export async function* featureRecords(
  set: LabelledSet,
  predictor: Predictor | undefined,
  size: number,
): AsyncGenerator<FeaturesRecord[]> {
  const { rows, columns } = set.images;
  const unit = rows * columns;
  const batches = predictor ? predictSet(set, predictor, size) : rawBatches(set);
  for await (const batch of batches) {
    const { start, count, pixels, labels } = batch;
    yield Array.from({ length: count }, (_, i) => ({
      type: 'features',
      index: start + i,
      ...(labels ? { label: labels[i]! } : {}),
      ...(predictor ? predictionFields(batch as PredictedBatch, i, predictor) : {}),
      ...writtenFeatures(measureImage(pixels, i * unit, { rows, columns })),
      ...embeddingOf(batch, i),
    }));
  }
}

function predictionFields(batch: PredictedBatch, i: number, { info }: Predictor) {
  const { prediction, probabilities } = predictionAt(batch.probabilities, i, batch.count);
  return {
    prediction: info.classes.labels[prediction]!,
    ...certaintyOf(probabilities, prediction),
  };
}

function embeddingOf(batch: object, i: number): { readonly embedding?: Float32Array } {
  const { embedding, count } = batch as Partial<PredictedBatch>;
  if (!embedding || !count) return {};
  const width = embedding.length / count;
  return { embedding: embedding.slice(i * width, (i + 1) * width) };
}
