/** The NDJSON records programs exchange (see fmnist-records(5)). One JSON object a line, each with a `type`. */

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

/** Run record of a training: with the recipe and the dataset. */
export interface TrainingRunRecord extends RunRecord {
  /** The recipe's name. */
  readonly recipe: string;
  /** The data set, where its stream says. */
  readonly dataset?: string;
}

/** One epoch of training. */
export interface EpochRecord extends AnyRecord {
  readonly type: 'epoch';
  /** From 1. */
  readonly epoch: number;
  /** Optimiser steps taken since the start. */
  readonly step: number;
  readonly learningRate: number;
  /** Of the images as they were trained on, where they were made smaller. */
  readonly rows?: number;
  readonly columns?: number;
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
