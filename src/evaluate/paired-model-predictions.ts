/** Two models on one labelled stream, read once. */

import { OperationalError } from '../core/errors.js';
import { checkSet, namedClasses, predictSet } from '../engine/predict-set.js';
import { answerAt, samplesOf } from '../engine/predicted-samples.js';
import type { Prediction, Predictor } from '../engine/predictor.js';
import { type ClassList, indexOfLabel } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { PairedPredictions, PairedSample } from './comparison/paired-predictions.js';
import { checkClasses, commonClasses } from './comparison/paired-recorded-predictions.js';
import { predictionInfoOfSet } from './prediction-info.js';

/** A model, and how messages call it. */
export interface NamedPredictor {
  readonly source: string;
  readonly predictor: Predictor;
}

/** Refuses models that cannot both judge the stream, or that are about other classes. `batch`: images they see at a time. */
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
  const both = pairOf(old.predictor, fresh.predictor);
  const indexOf = indexOfLabel(classes);
  return {
    source: set.source,
    classes,
    total: set.images.count,
    async *samples(): AsyncGenerator<PairedSample> {
      for await (const predicted of predictSet(set, both, batch))
        for (const { prediction, probabilities, ...image } of samplesOf(predicted, indexOf))
          yield {
            ...image,
            old: answerAt(both.old(), image.index - predicted.start, predicted.count),
            new: { prediction, probabilities },
          };
    },
    info: () => ({
      old: predictionInfoOfSet(set, old.predictor.info, classes),
      new: predictionInfoOfSet(set, fresh.predictor.info, classes),
    }),
  };
}

/** The new model, which asks the old one about the same pixels, and has its answer ready. */
function pairOf(old: Predictor, fresh: Predictor): Predictor & { old(): Float32Array } {
  let answer: Prediction | undefined;
  return {
    info: fresh.info,
    async predict(pixels, count) {
      answer = await old.predict(pixels, count);
      return fresh.predict(pixels, count);
    },
    old: () => answer?.probabilities ?? new Float32Array(0),
    close: async () => {},
  };
}
