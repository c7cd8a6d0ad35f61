/** Paired predictions: those of two models for the same images, the input of a comparison. */

import type { ClassList } from '../../idx/classes.js';
import type { PredictionInfo } from '../predictions.js';

/** One model's prediction of an image. */
export interface SamplePrediction {
  /** Class index. */
  readonly prediction: number;
  /** [classes] */
  readonly probabilities: Float32Array;
}

/** An image with its ground truth and both predictions. */
export interface PairedSample {
  readonly index: number;
  /** Class index. */
  readonly truth: number;
  readonly old: SamplePrediction;
  readonly new: SamplePrediction;
  /** Raw pixels, where available. [rows, columns] */
  readonly pixels?: Uint8Array;
  /** Position of the first image with the same pixels; undefined of an image that is the first. */
  readonly copyOf?: number | undefined;
}

/** A stream of paired predictions. */
export interface PairedPredictions {
  /** Name of their source in messages. */
  readonly source: string;
  readonly classes: ClassList;
  /** Images announced. */
  readonly total: number;
  /** Iterates once, in order. A sample is valid until the next one is read. */
  samples(): AsyncGenerator<PairedSample>;
  /** Metadata; complete once the samples have ended. */
  info(): { readonly old: PredictionInfo; readonly new: PredictionInfo };
}
