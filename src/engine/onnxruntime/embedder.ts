/** Embedder on ONNX Runtime: a predictor that also gives the embedding of each image. */

import { embeddingModel } from '../../model/embedding-model.js';
import type { Model } from '../../model/model.js';
import type { Predictor } from '../predictor.js';
import { openPredictSession } from './predict-session.js';
import { sessionOptions } from './runtime.js';

/** Opens an embedder, in one session of `threads` threads. Throws OperationalError where the model is unsound, has no dense layer, or cannot be run. */
export async function openEmbedder(model: Model, threads: number): Promise<Predictor> {
  const { info, source } = model;
  const { bytes, width } = embeddingModel(model);
  const { rows, columns, classes } = info;
  const shape = { rows, columns, classes: classes.labels.length, embedding: width };
  const session = await openPredictSession(bytes, source, shape, sessionOptions(threads));
  return {
    info,
    predict: (pixels, count) => session.run(pixels, count),
    close: () => session.close(),
  };
}
