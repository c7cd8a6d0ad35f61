/** A model's predictions of a labelled stream as a subject of evaluation. */

import { checkSet, namedClasses, predictSet } from '../engine/predict-set.js';
import { samplesOf } from '../engine/predicted-samples.js';
import type { Predictor } from '../engine/predictor.js';
import { indexOfLabel } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { EvaluatedSample } from '../metrics/evaluator.js';
import { predictionInfoOfSet } from './prediction-info.js';
import type { LabelledPredictions } from './predictions.js';

/** Opens the labelled stream and refuses it where the model cannot judge it. `batch`: images the model sees at a time. */
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
        yield* samplesOf(predicted, indexOf);
    },
    info: () => predictionInfoOfSet(set, info, classes),
  };
}
