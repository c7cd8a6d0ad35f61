/** What is evaluated: predictions with their truths, and what is known of the data and the model behind them. */

import type { ClassList } from '../idx/classes.js';
import type { EvaluatedSample } from '../metrics/evaluator.js';

export interface PredictionInfo {
  readonly classes: ClassList;
  /** What the images or predictions come from: a path or `-`. */
  readonly source: string;
  /** What the images are, where their stream says. */
  readonly dataset?: string | undefined;
  readonly split?: string | undefined;
  /** What tells these images from others, where every file of predictions says so. */
  readonly images?: string | undefined;
  /** Whether any of the images are generated. */
  readonly synthetic: boolean;
  /** SHA-256 of the model file in hex, where one model made all predictions. */
  readonly model?: string | undefined;
  /** The test-time augmentation of the predictions, if any. */
  readonly tta?: string | undefined;
  /** The data set it was trained on, where it says. */
  readonly modelDataset?: string | undefined;
  /** Whether it was trained on generated images. */
  readonly modelSynthetic?: boolean;
  /** Of the images, where these are at hand and not only predictions about them. */
  readonly shape?: { readonly rows: number; readonly columns: number } | undefined;
}

export interface LabelledPredictions {
  /** For messages. */
  readonly source: string;
  readonly classes: ClassList;
  /** Images announced; may grow as joined files of records go by. */
  readonly total: number;
  /** Once, in the order of the stream. A sample is valid until the next is asked for. */
  samples(): AsyncGenerator<EvaluatedSample>;
  /** Known in full once the samples have ended. */
  info(): PredictionInfo;
}
