/** Predictions of a batch, image by image. */

import type { EvaluatedSample } from '../metrics/evaluator.js';
import { indexOfLargest } from '../ndjson/prediction-lines.js';
import type { PredictedBatch } from './predict-set.js';

/** Samples of a labelled batch for evaluation, one an image. indexOf: class index of each label value. Views of the batch, valid as long as it is. */
export function* evaluatedSamples(
  { start, count, labels, pixels, probabilities, copyOf }: PredictedBatch,
  indexOf: ArrayLike<number>,
): Generator<EvaluatedSample & { readonly pixels: Uint8Array }> {
  const size = pixels.length / count;
  for (let i = 0; i < count; i++)
    yield {
      index: start + i,
      truth: indexOf[labels![i]!]!,
      ...predictionAt(probabilities, i, count),
      pixels: pixels.subarray(i * size, (i + 1) * size),
      copyOf: copyOf[i],
    };
}

/** Prediction of image `i` of `count`. probabilities: [count, classes]. */
export function predictionAt(
  probabilities: Float32Array,
  i: number,
  count: number,
): Pick<EvaluatedSample, 'prediction' | 'probabilities'> {
  const classes = probabilities.length / count;
  const row = probabilities.subarray(i * classes, (i + 1) * classes);
  return { prediction: indexOfLargest(row), probabilities: row };
}
