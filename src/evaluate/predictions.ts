/** Labelled predictions: the input of an evaluation, with metadata of the data and the model behind them. */

import type { ClassList } from '../idx/classes.js';
import type { EvaluatedSample } from '../metrics/evaluator.js';

/** Metadata of predictions, for reports and records. */
export interface PredictionInfo {
  readonly classes: ClassList;
  /** Source of the images or predictions: a path or `-`. */
  readonly source: string;
  /** Data set of the images, where their stream names it. */
  readonly dataset?: string | undefined;
  readonly split?: string | undefined;
  /** Digests of the images, where every file of predictions has one. */
  readonly images?: string | undefined;
  /** True if any of the images are generated. */
  readonly synthetic: boolean;
  /** SHA-256 of the model file in hex, where all predictions are of one model. */
  readonly model?: string | undefined;
  /** Test-time augmentation of the predictions, if any. */
  readonly tta?: string | undefined;
  /** Data set that the model was trained on, where it names one. */
  readonly modelDataset?: string | undefined;
  /** True if the model was trained on generated images. */
  readonly modelSynthetic?: boolean;
  /** Size of the images, where their pixels are available. */
  readonly shape?: { readonly rows: number; readonly columns: number } | undefined;
}

/** Predictions with ground truth. */
export interface LabelledPredictions {
  /** Name of their source in messages. */
  readonly source: string;
  readonly classes: ClassList;
  /** Images announced; may grow while concatenated files of records are read. */
  readonly total: number;
  /** Iterates once, in the order of the stream. A sample is valid until the next one is read. */
  samples(): AsyncGenerator<EvaluatedSample>;
  /** Metadata; complete once the samples have ended. */
  info(): PredictionInfo;
}
