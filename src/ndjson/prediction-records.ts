/** The records of a file of predictions: a `run`, a `classes`, then one `prediction` an image (see fmnist-records(5)). */

import type { ClassList } from '../idx/classes.js';
import type { AnyRecord, RunRecord } from './records.js';

/** The run of a program that predicts: also says whose predictions of what these are. */
export interface PredictionRun extends RunRecord {
  /** SHA-256 of the model file, in hex. */
  readonly model: string;
  /** The test-time augmentation of the model, where there is any. */
  readonly tta?: string;
  /** Predictions to come. */
  readonly images: number;
  /** What the images are, where their stream says. */
  readonly dataset?: string;
  readonly split?: string;
  /** The data set the model was trained on, where it says. */
  readonly modelDataset?: string;
  /** True when the model was trained on generated images. */
  readonly modelSynthetic?: boolean;
}

/** The classes that the predictions behind it are about. */
export interface ClassesRecord extends AnyRecord, ClassList {
  readonly type: 'classes';
}

/** Prediction of one image. */
export interface PredictionRecord extends AnyRecord {
  readonly type: 'prediction';
  /** Position in the stream, from 0. */
  readonly index: number;
  /** Index of the first image with the same pixels, of an image that is a copy of one before. */
  readonly copyOf?: number;
  /** True of an image of one value throughout, of which nothing can be said. */
  readonly blank?: boolean;
  /** The true label value, where the stream has labels. */
  readonly label?: number;
  /** The predicted label value: that of the largest probability, the first of equals. */
  readonly prediction: number;
  /** One probability a class, in the order of the `classes` record; absent where only the top ones were requested. */
  readonly probabilities?: readonly number[];
  /** What the probabilities are the softmax of; in the same order. */
  readonly logits?: readonly number[];
  /** The most probable classes, first the most probable, where only they were requested. */
  readonly top?: readonly TopClass[];
}

/** Ends a file of predictions that is whole: which images they are about. */
export interface ImagesRecord extends AnyRecord {
  readonly type: 'images';
  readonly count: number;
  /** SHA-256 of their raw pixels, in order, in hex. */
  readonly digest: string;
}

export interface TopClass {
  readonly label: number;
  readonly name: string;
  readonly probability: number;
}
