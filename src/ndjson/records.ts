/** The NDJSON records programs exchange (see fmnist-records(5)). One JSON object a line, each with a `type`. */

import type { ClassList } from '../idx/classes.js';

export interface AnyRecord {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Opens every report: what ran, so that a file of records explains itself. */
export interface RunRecord extends AnyRecord {
  readonly type: 'run';
  readonly program: string;
  readonly version: string;
  readonly argv: readonly string[];
  readonly seed?: number;
  readonly engine?: string;
  /** True when the data behind the records are generated. */
  readonly synthetic?: boolean;
}

/** One epoch of training. */
export interface EpochRecord extends AnyRecord {
  readonly type: 'epoch';
  /** From 1. */
  readonly epoch: number;
  /** Optimiser steps taken since the start. */
  readonly step: number;
  readonly learningRate: number;
  /** Mean over the epoch's batches, as they were trained on. */
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  /** Training images a second, validation not counted. */
  readonly imagesPerSecond: number;
  readonly seconds: number;
  /** Whether this epoch's weights are the best so far. */
  readonly best?: boolean;
}

/** What a model says of one image. A file of predictions opens with a `run` and a `classes` record. */
export interface PredictionRecord extends AnyRecord {
  readonly type: 'prediction';
  /** Position in the stream, from 0. */
  readonly index: number;
  /** The true label value, where the stream has labels. */
  readonly label?: number;
  /** The predicted label value: that of the largest probability, the first of equals. */
  readonly prediction: number;
  /** One probability a class, in the order of the `classes` record. */
  readonly probabilities: readonly number[];
}

/** The classes that the predictions behind it are about. */
export interface ClassesRecord extends AnyRecord, ClassList {
  readonly type: 'classes';
}
