/** Paired predictions of two models on one labelled stream, read once. */

import { OperationalError } from '../core/errors.js';
import { checkSet, namedClasses, predictSet } from '../engine/predict-set.js';
import { evaluatedSamples, predictionAt } from '../engine/predicted-samples.js';
import type { Prediction, Predictor } from '../engine/predictor.js';
import { type ClassList, indexOfLabel } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { PairedPredictions, PairedSample } from './comparison/paired-predictions.js';
import { checkClasses, commonClasses } from './comparison/paired-recorded-predictions.js';
import { predictionInfoOfSet } from './prediction-info.js';

/** A predictor, and the name of its model in messages. */
export interface NamedPredictor {
  readonly source: string;
  readonly predictor: Predictor;
}

/** Opens the stream. `batch`: images of a batch. Throws OperationalError where it does not fit both models, or their classes differ. */
export async function openPairedModelPredictions(
  old: NamedPredictor,
  fresh: NamedPredictor,
  reader: ByteReader,
  batch: number,
): Promise<PairedPredictions> {
  const set = await openSet(reader, { labels: 'required' });
  checkSet(set, old.predictor.info);
  checkSet(set, fresh.predictor.info);
  const [oldClasses, newClasses] = [old, fresh].map(({ predictor }) =>
    namedClasses(set, predictor.info),
  ) as [ClassList, ClassList];
  checkClasses(oldClasses, newClasses, old.source, (problem) => {
    throw new OperationalError(fresh.source, problem);
  });
  const classes = commonClasses(oldClasses, newClasses);
  const both = pairedPredictor(old.predictor, fresh.predictor);
  const indexOf = indexOfLabel(classes);
  return {
    source: set.source,
    classes,
    total: set.images.count,
    async *samples(): AsyncGenerator<PairedSample> {
      for await (const predicted of predictSet(set, both, batch))
        for (const { prediction, probabilities, ...image } of evaluatedSamples(predicted, indexOf))
          yield {
            ...image,
            old: predictionAt(both.old(), image.index - predicted.start, predicted.count),
            new: { prediction, probabilities },
          };
    },
    info: () => ({
      old: predictionInfoOfSet(set, old.predictor.info, classes),
      new: predictionInfoOfSet(set, fresh.predictor.info, classes),
    }),
  };
}

/** Predictor of the new model that also runs the old one on the same pixels, and keeps its probabilities. */
function pairedPredictor(old: Predictor, fresh: Predictor): Predictor & { old(): Float32Array } {
  let oldPrediction: Prediction | undefined;
  return {
    info: fresh.info,
    async predict(pixels, count) {
      oldPrediction = await old.predict(pixels, count);
      return fresh.predict(pixels, count);
    },
    old: () => oldPrediction?.probabilities ?? new Float32Array(0),
    close: async () => {},
  };
}
