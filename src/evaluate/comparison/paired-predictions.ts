/** What is compared: the answers of two models about the same images. */

import type { ClassList } from '../../idx/classes.js';
import type { PredictionInfo } from '../predictions.js';

/** What one model says of an image: a class index, and one probability a class. */
export interface SamplePrediction {
  readonly prediction: number;
  readonly probabilities: Float32Array;
}

export interface PairedSample {
  readonly index: number;
  /** Class index. */
  readonly truth: number;
  readonly old: SamplePrediction;
  readonly new: SamplePrediction;
  /** Raw, where the images are at hand. */
  readonly pixels?: Uint8Array;
}

export interface PairedPredictions {
  /** For messages. */
  readonly source: string;
  readonly classes: ClassList;
  /** Images announced. */
  readonly total: number;
  /** Once, in order. A sample is valid until the next is asked for. */
  samples(): AsyncGenerator<PairedSample>;
  /** Known in full once the samples have ended. */
  info(): { readonly old: PredictionInfo; readonly new: PredictionInfo };
}
