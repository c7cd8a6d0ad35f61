/** The figures of an evaluation by name: the fields of an `evaluation` record, and what gates are set on. */

import { present } from '../core/present.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';
import { balancedAccuracy, cohenKappa, matthewsCorrelation } from './agreement.js';
import type { Calibration } from './calibration.js';
import { macroScores, weightedScores } from './class-scores.js';
import type { ConfusionMatrix } from './confusion-matrix.js';
import type { BrierScore, LogLoss } from './proper-scores.js';
import { averagePrecision, rocAuc, type Scores } from './ranking.js';
import type { ThresholdCounts } from './threshold.js';
import type { TopK } from './top-k.js';

/** Every figure there can be. Those that the data leave undefined are absent from a record. */
export const metricNames = [
  'accuracy',
  'accuracyLow',
  'accuracyHigh',
  'top2Accuracy',
  'top3Accuracy',
  'top5Accuracy',
  'balancedAccuracy',
  'macroPrecision',
  'macroRecall',
  'macroF1',
  'weightedPrecision',
  'weightedRecall',
  'weightedF1',
  'cohenKappa',
  'matthewsCorrelation',
  'logLoss',
  'brierScore',
  'expectedCalibrationError',
  'microAveragePrecision',
  'macroAveragePrecision',
  'microRocAuc',
  'macroRocAuc',
  'thresholdPrecision',
  'thresholdRecall',
] as const;

export type MetricName = (typeof metricNames)[number];
export type MetricValues = { readonly [name in MetricName]?: number };

export interface Metrics {
  readonly matrix: ConfusionMatrix;
  readonly topK: TopK;
  readonly logLoss: LogLoss;
  readonly brier: BrierScore;
  readonly calibration: Calibration;
  readonly threshold: ThresholdCounts;
  readonly scores: Scores;
}

/** Of one class against the rest. */
export interface ClassRanking {
  readonly averagePrecision: number | undefined;
  readonly rocAuc: number | undefined;
}

/** Average precision and ROC AUC of each class. */
export function classRankings(scores: Scores): ClassRanking[] {
  return Array.from({ length: scores.classes }, (_, i) => {
    const ranking = scores.ofClass(i);
    return { averagePrecision: averagePrecision(ranking), rocAuc: rocAuc(ranking) };
  });
}

/** All figures of finished measures; at least one image must have been added. */
export function metricValues(measures: Metrics, rankings: readonly ClassRanking[]): MetricValues {
  const { matrix, topK, threshold } = measures;
  const interval = wilsonInterval(matrix.correct, matrix.total);
  const [macro, weighted] = [macroScores(matrix), weightedScores(matrix)];
  const micro = measures.scores.ofAll();
  const top = (k: number) => (k < matrix.size ? topK.accuracy(k) : undefined);
  const all: { readonly [name in MetricName]: number | undefined } = {
    accuracy: matrix.correct / matrix.total,
    accuracyLow: interval.low,
    accuracyHigh: interval.high,
    top2Accuracy: top(2),
    top3Accuracy: top(3),
    top5Accuracy: top(5),
    balancedAccuracy: balancedAccuracy(matrix),
    macroPrecision: macro.precision,
    macroRecall: macro.recall,
    macroF1: macro.f1,
    weightedPrecision: weighted.precision,
    weightedRecall: weighted.recall,
    weightedF1: weighted.f1,
    cohenKappa: cohenKappa(matrix),
    matthewsCorrelation: matthewsCorrelation(matrix),
    logLoss: measures.logLoss.value,
    brierScore: measures.brier.value,
    expectedCalibrationError: measures.calibration.expectedError,
    microAveragePrecision: averagePrecision(micro),
    macroAveragePrecision: meanOfDefined(rankings.map((r) => r.averagePrecision)),
    microRocAuc: rocAuc(micro),
    macroRocAuc: meanOfDefined(rankings.map((r) => r.rocAuc)),
    thresholdPrecision: threshold.precision,
    thresholdRecall: threshold.recall,
  };
  return present(all);
}

/** The mean over the classes for which a figure is defined; undefined where it is for none. */
function meanOfDefined(values: readonly (number | undefined)[]): number | undefined {
  const defined = values.filter((value) => value !== undefined);
  if (defined.length === 0) return undefined;
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
