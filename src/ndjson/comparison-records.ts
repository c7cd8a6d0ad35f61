/** The records of a comparison of two models (see fmnist-records(5)). Every share is from 0 to 1. */

import type { AnyRecord } from './records.js';

/** All images. */
export interface ComparisonRecord extends AnyRecord {
  readonly type: 'comparison';
  readonly images: number;
  /** Copies of other images, which are not among them; absent where there are none. */
  readonly copies?: number;
  /** Images by which of the two is right on them. */
  readonly bothRight: number;
  readonly onlyOld: number;
  readonly onlyNew: number;
  readonly bothWrong: number;
  /** Share of the images on which both say the same. */
  readonly agreement: number;
  readonly oldAccuracy: number;
  readonly newAccuracy: number;
  /** New less old, and the bootstrap's interval. */
  readonly difference: number;
  readonly differenceLow: number;
  readonly differenceHigh: number;
  readonly confidence: number;
  readonly resamples: number;
  /** McNemar's test, two-sided: the mid-p value, which the verdict is about, and the exact one. */
  readonly midP: number;
  readonly exactP: number;
  readonly oldLogLoss: number;
  readonly newLogLoss: number;
  readonly oldBrierScore: number;
  readonly newBrierScore: number;
  readonly oldCalibrationError: number;
  readonly newCalibrationError: number;
  /** Non-inferiority margin: absent where the new model had to be better. */
  readonly margin?: number;
  readonly classMargin: number;
  readonly better: boolean;
  readonly passed: boolean;
  /** SHA-256 of the model files, in hex. */
  readonly oldModel?: string;
  readonly newModel?: string;
  readonly dataset?: string;
  readonly split?: string;
  readonly synthetic?: boolean;
}

/** The images of one class; those without any have no record. */
export interface ClassComparisonRecord extends AnyRecord {
  readonly type: 'class-comparison';
  readonly label: number;
  readonly name: string;
  readonly images: number;
  readonly bothRight: number;
  readonly onlyOld: number;
  readonly onlyNew: number;
  readonly bothWrong: number;
  readonly oldRecall: number;
  readonly newRecall: number;
  readonly difference: number;
  readonly differenceLow: number;
  readonly differenceHigh: number;
  readonly midP: number;
  /** Whether the recall is not lower by more than the margin. */
  readonly passed: boolean;
}

/** An image that the old model was right on and the new one is wrong on. */
export interface RegressionRecord extends AnyRecord {
  readonly type: 'regression';
  readonly index: number;
  readonly label: number;
  readonly labelName: string;
  /** Prediction of the new model, and its confidence. */
  readonly prediction: number;
  readonly predictionName: string;
  readonly confidence: number;
  /** Probabilities of the true class, by the old model and the new. */
  readonly oldLabelProbability: number;
  readonly newLabelProbability: number;
}
