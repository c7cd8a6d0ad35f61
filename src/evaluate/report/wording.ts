/** Names and number formats of metrics, for people. */

import type { Evaluation } from '../../metrics/evaluator.js';
import type { MetricName } from '../../metrics/metric-values.js';
import { percent } from '../../picture/numbers.js';

interface Wording {
  readonly figure: MetricName;
  readonly name: string;
  readonly write: (value: number) => string;
}

const share = (value: number) => percent(value, 2);
const plain = (value: number) => value.toFixed(4);

/** Metrics of a report's summary, in its order; accuracy and its interval stand above them. */
export const summaryWords: readonly Wording[] = [
  { figure: 'top2Accuracy', name: 'top-2 accuracy', write: share },
  { figure: 'top3Accuracy', name: 'top-3 accuracy', write: share },
  { figure: 'top5Accuracy', name: 'top-5 accuracy', write: share },
  { figure: 'balancedAccuracy', name: 'balanced accuracy', write: share },
  { figure: 'macroPrecision', name: 'precision, macro', write: share },
  { figure: 'macroRecall', name: 'recall, macro', write: share },
  { figure: 'macroF1', name: 'F1, macro', write: share },
  { figure: 'weightedF1', name: 'F1, weighted', write: share },
  { figure: 'cohenKappa', name: "Cohen's kappa", write: plain },
  { figure: 'matthewsCorrelation', name: 'Matthews correlation', write: plain },
  { figure: 'logLoss', name: 'log loss', write: plain },
  { figure: 'brierScore', name: 'Brier score (0 to 2)', write: plain },
  { figure: 'expectedCalibrationError', name: 'calibration error', write: plain },
  { figure: 'microAveragePrecision', name: 'average precision, micro', write: plain },
  { figure: 'macroAveragePrecision', name: 'average precision, macro', write: plain },
  { figure: 'microRocAuc', name: 'ROC AUC, micro', write: plain },
  { figure: 'macroRocAuc', name: 'ROC AUC, macro', write: plain },
  { figure: 'thresholdPrecision', name: 'precision at threshold', write: share },
  { figure: 'thresholdRecall', name: 'recall at threshold', write: share },
];

/** Name and formatted value of each metric of the summary that is defined. */
export function summaryLines({ metrics, threshold }: Evaluation): [string, string][] {
  return summaryWords.flatMap(({ figure, name, write }): [string, string][] => {
    const value = metrics[figure];
    if (value === undefined) return [];
    return [[name.replace('at threshold', `at ${threshold}`), write(value)]];
  });
}
