/** Predictor: the interface of a model in use, whichever engine runs it. */

import type { ModelInfo } from '../model/info.js';

/** Predictions of a batch. */
export interface Prediction {
  /** [count, classes] */
  readonly logits: Float32Array;
  /** [count, classes]; each row sums to 1. */
  readonly probabilities: Float32Array;
  /** Input of the last dense layer, from a predictor opened as an embedder. [count, width] */
  readonly embedding?: Float32Array;
}

/**
 * A model in use. It belongs to the thread that opened it, and calls may overlap. Another thread opens its own from the
 * same bytes: for single images, as many predictors of one thread run side by side as there are cores.
 */
export interface Predictor {
  /** Metadata of the graph that runs, with the digest of the model's file. */
  readonly info: ModelInfo;
  /** Predicts a batch. pixels: raw [count, rows, columns], not to be changed before the result; count: from 1. Rejects with OperationalError where the run fails. */
  predict(pixels: Uint8Array, count: number): Promise<Prediction>;
  /** Releases sessions and threads. */
  close(): Promise<void>;
}
