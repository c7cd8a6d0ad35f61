/** What a model can do for the programs that use one, whichever engine runs it. */

import type { ModelInfo } from '../model/info.js';

export interface Prediction {
  /** count × classes, row-major. */
  readonly logits: Float32Array;
  /** count × classes, row-major; each row sums to 1. */
  readonly probabilities: Float32Array;
  /** count × width, row-major: what the last dense layer was given. From predictors that were opened to give it. */
  readonly embedding?: Float32Array;
}

/**
 * Belongs to the thread that opened it, and may be asked again before it has answered. Another thread opens its own
 * from the same bytes: a single image takes a predictor of one thread, and as many of them run side by side as there
 * are cores.
 */
export interface Predictor {
  readonly info: ModelInfo;
  /** pixels: count × rows × columns raw bytes, left alone until the answer is there. Any count from 1. */
  predict(pixels: Uint8Array, count: number): Promise<Prediction>;
  close(): Promise<void>;
}
