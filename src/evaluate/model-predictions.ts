/** Labelled predictions by running a model on a labelled stream. */

import { checkSet, namedClasses, predictSet } from '../engine/predict-set.js';
import { evaluatedSamples } from '../engine/predicted-samples.js';
import type { Predictor } from '../engine/predictor.js';
import { indexOfLabel } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { EvaluatedSample } from '../metrics/evaluator.js';
import { predictionInfoOfSet } from './prediction-info.js';
import type { LabelledPredictions } from './predictions.js';

/** Opens the stream. `batch`: images of a batch. Throws OperationalError where it does not fit the model (see `checkSet`). */
export async function openModelPredictions(
  predictor: Predictor,
  reader: ByteReader,
  batch: number,
): Promise<LabelledPredictions> {
  const { info } = predictor;
  const set = await openSet(reader, { labels: 'required' });
  checkSet(set, info);
  const classes = namedClasses(set, info);
  const indexOf = indexOfLabel(classes);
  return {
    source: set.source,
    classes,
    total: set.images.count,
    async *samples(): AsyncGenerator<EvaluatedSample> {
      for await (const predicted of predictSet(set, predictor, batch))
        yield* evaluatedSamples(predicted, indexOf);
    },
    info: () => predictionInfoOfSet(set, info, classes),
  };
}
