/** Contract of a predictor: a model that is ready to predict, whichever engine runs it. */

import type { ModelInfo } from '../model/info.js';

/** Predictions of a batch. */
export interface Prediction {
  /** [count, classes]. */
  readonly logits: Float32Array;
  /** [count, classes]; each row sums to 1. */
  readonly probabilities: Float32Array;
  /** [count, width] input of the last dense layer, of predictors that are opened to give it. */
  readonly embedding?: Float32Array;
}

/**
 * A model that is ready to predict. It belongs to the thread that opened it, and takes a call before the last one has
 * ended. Another thread opens its own from the same bytes: for single images, run as many predictors of one thread side
 * by side as there are cores.
 */
export interface Predictor {
  readonly info: ModelInfo;
  /** Predicts any count of images from 1. pixels: [count, rows, columns] raw bytes, not to be changed until the call ends. */
  predict(pixels: Uint8Array, count: number): Promise<Prediction>;
  close(): Promise<void>;
}
