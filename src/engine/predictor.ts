/** What a model can do for the programs that use one, whichever engine runs it. */

import type { ModelInfo } from '../model/info.js';

export interface Prediction {
  /** count × classes, row-major. */
  readonly logits: Float32Array;
  /** count × classes, row-major; each row sums to 1. */
  readonly probabilities: Float32Array;
}

export interface Predictor {
  readonly info: ModelInfo;
  /** pixels: count × rows × columns raw bytes. Any count from 1. */
  predict(pixels: Uint8Array, count: number): Promise<Prediction>;
  close(): Promise<void>;
}
