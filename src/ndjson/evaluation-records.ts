/** The records of an evaluation (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

/** Metrics over all images; those that the data leave undefined are absent. Every share is from 0 to 1. */
export interface EvaluationRecord extends AnyRecord {
  readonly type: 'evaluation';
  readonly images: number;
  /** Copies of other images, which are not among them; absent where there are none. */
  readonly copies?: number;
  readonly correct: number;
  /** Where `thresholdPrecision` and `thresholdRecall` are taken. */
  readonly threshold: number;
  /** What the images are, where their stream says. */
  readonly dataset?: string;
  readonly split?: string;
  readonly synthetic?: boolean;
  /** SHA-256 of the model file, in hex. */
  readonly model?: string;
  readonly tta?: string;
  readonly modelDataset?: string;
  readonly modelSynthetic?: boolean;
}

/** Metrics of one class. */
export interface ClassRecord extends AnyRecord {
  readonly type: 'class';
  readonly label: number;
  readonly name: string;
  /** Images of the class (support), images predicted as it, and the true positives. */
  readonly images: number;
  readonly predicted: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Absent where the class has no images; `rocAuc` also where all images are of it. */
  readonly averagePrecision?: number;
  readonly rocAuc?: number;
}

export interface ConfusionRecord extends AnyRecord {
  readonly type: 'confusion';
  readonly names: readonly string[];
  readonly labels: readonly number[];
  /** One list a true class, one count a predicted class. */
  readonly counts: readonly (readonly number[])[];
}

export interface CalibrationRecord extends AnyRecord {
  readonly type: 'calibration';
  readonly expectedCalibrationError: number;
  readonly bins: readonly {
    readonly lower: number;
    readonly upper: number;
    readonly count: number;
    readonly confidence?: number;
    readonly accuracy?: number;
  }[];
}

/** One of the most confident mistakes. */
export interface MistakeRecord extends AnyRecord {
  readonly type: 'mistake';
  readonly index: number;
  readonly label: number;
  readonly labelName: string;
  readonly prediction: number;
  readonly predictionName: string;
  /** The probability of the predicted class, and of the true one. */
  readonly confidence: number;
  readonly labelProbability: number;
}

/** The outcome of one gate. */
export interface GateRecord extends AnyRecord {
  readonly type: 'gate';
  readonly figure: string;
  /** The class it was set on, or the worst one where it was set on all. */
  readonly class?: string;
  readonly side: 'below' | 'above';
  readonly bound: number;
  /** Absent where the metric is undefined. */
  readonly value?: number;
  readonly passed: boolean;
}
