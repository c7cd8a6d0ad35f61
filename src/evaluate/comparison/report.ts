/** Report of a comparison: its parts, and the wording that all formats share. */

import { present } from '../../core/present.js';
import { grouped, percent } from '../../picture/numbers.js';
import { printable } from '../../picture/printable.js';
import type { PredictionInfo } from '../predictions.js';
import { modelName, predictionsName } from '../report/report.js';
import type { ComparedGroup, Comparison } from './comparer.js';
import type { AcceptanceRule, Verdict } from './verdict.js';

/** Parts of the report. */
export interface ComparisonReport {
  readonly comparison: Comparison;
  /** Copies of other images that were left out. */
  readonly copies: number;
  readonly verdict: Verdict;
  readonly demand: AcceptanceRule;
  readonly resamples: number;
  readonly old: PredictionInfo;
  readonly new: PredictionInfo;
}

/** Name of the images compared on: `fashion-mnist test`. */
export function imagesName({ old, new: fresh }: ComparisonReport): string {
  return predictionsName({ ...old, ...present(fresh) });
}

/** Name of a model: its digest and training data, where known. */
export function sideName(report: ComparisonReport, side: 'old' | 'new'): string {
  return printable(modelName(report[side]) ?? 'not named');
}

/** Formats a difference in percentage points: 0.0042 → `+0.42`. */
export function points(difference: number, digits = 2): string {
  return signed(difference, Math.abs(difference * 100).toFixed(digits));
}

/** Adds the sign to an unsigned text of a value; none to a text of zero. */
function signed(value: number, written: string): string {
  if (!/[1-9]/.test(written)) return written;
  return `${value < 0 ? '−' : '+'}${written}`;
}

/** Formats a difference with its interval: `+0.42 points, 95 % interval +0.10 to +0.74`. */
export function differenceWords(
  { difference, interval }: ComparedGroup,
  confidence: number,
): string {
  return `${points(difference)} points, ${shortPercent(confidence)} interval ${points(interval.low)} to ${points(interval.high)}`;
}

/** Formats a share as a short percentage: 0.95 → `95 %`, 0.999 → `99.9 %`. */
export const shortPercent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;

/** Formats a p-value to two digits, a small one by its bound. */
export function pValuePhrase(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p >= 0.1 ? p.toFixed(2) : p.toPrecision(2)}`;
}

/** Verdict of the comparison, on one line. */
export function verdictSentence({ comparison, verdict, demand }: ComparisonReport): string {
  const { whole } = comparison;
  const found = `accuracy ${percent(whole.newRight, 2)} against ${percent(whole.oldRight, 2)} (${differenceWords(whole, demand.confidence)}; ${pValuePhrase(whole.midP)})`;
  const is = verdict.better
    ? 'is better'
    : verdict.worse
      ? 'is worse'
      : whole.onlyOld + whole.onlyNew === 0
        ? 'is right and wrong on the same images'
        : 'is not told apart from the old one';
  return `the new model ${is}: ${found}`;
}

/** Reasons for which the new model does not pass, one sentence each. */
export function refusals({ comparison, verdict, demand }: ComparisonReport): string[] {
  const { margin, classMargin } = demand;
  const { low } = comparison.whole.interval;
  const whole =
    margin === undefined
      ? 'the new model had to be better'
      : `the new model may be worse by ${points(-low).slice(1) || '0'} points; at most ${plain(margin)} were allowed`;
  return [
    ...(verdict.whole ? [] : [whole]),
    ...verdict.classes.map(
      ({ name, difference }) =>
        `the recall of ${printable(name)} is lower by ${points(difference).slice(1)} points; at most ${plain(classMargin)} were allowed`,
    ),
  ];
}

const plain = (share: number) => String(Number((share * 100).toPrecision(6)));

/** Rows of the metrics table: name, old value, new value, difference. */
export function metricRows({ comparison }: ComparisonReport): [string, string, string, string][] {
  const { whole, old, new: fresh } = comparison;
  const loss = (name: string, a: number, b: number): [string, string, string, string] => [
    name,
    a.toFixed(4),
    b.toFixed(4),
    signed(b - a, Math.abs(b - a).toFixed(4)),
  ];
  return [
    ['accuracy', percent(whole.oldRight, 2), percent(whole.newRight, 2), points(whole.difference)],
    ['wrong', ...wrongs(whole)],
    loss('log loss', old.logLoss, fresh.logLoss),
    loss('Brier score (0 to 2)', old.brierScore, fresh.brierScore),
    loss('calibration error', old.expectedCalibrationError, fresh.expectedCalibrationError),
  ];
}

function wrongs({ bothWrong, onlyOld, onlyNew }: ComparedGroup): [string, string, string] {
  const change = onlyOld - onlyNew;
  return [
    grouped(bothWrong + onlyNew),
    grouped(bothWrong + onlyOld),
    signed(change, grouped(Math.abs(change))),
  ];
}
