/** What a report of a comparison is made of, and how it puts things. */

import { present } from '../../core/present.js';
import { grouped, percent } from '../../picture/numbers.js';
import { printable } from '../../picture/printable.js';
import type { PredictionInfo } from '../predictions.js';
import { modelName, predictionsName } from '../report/report.js';
import type { ComparedGroup, Comparison } from './comparer.js';
import type { Demand, Verdict } from './verdict.js';

export interface ComparisonReport {
  readonly comparison: Comparison;
  readonly verdict: Verdict;
  readonly demand: Demand;
  readonly resamples: number;
  readonly old: PredictionInfo;
  readonly new: PredictionInfo;
}

/** The images compared on, in a few words: `fashion-mnist test`. */
export function imagesName({ old, new: fresh }: ComparisonReport): string {
  return predictionsName({ ...old, ...present(fresh) });
}

/** `the old model` and `the new model`, or their digests and what they were trained on where they are known. */
export function sideName(report: ComparisonReport, side: 'old' | 'new'): string {
  return printable(modelName(report[side]) ?? 'not named');
}

/** 0.0042 → `+0.42`, in points of a hundred. */
export function points(difference: number, digits = 2): string {
  return signed(difference, Math.abs(difference * 100).toFixed(digits));
}

/** Its sign before a value written without; none before what is written as zero. */
function signed(value: number, written: string): string {
  if (!/[1-9]/.test(written)) return written;
  return `${value < 0 ? '−' : '+'}${written}`;
}

/** `+0.42 points, 95 % interval +0.10 to +0.74`. */
export function differenceWords(
  { difference, interval }: ComparedGroup,
  confidence: number,
): string {
  return `${points(difference)} points, ${shortPercent(confidence)} interval ${points(interval.low)} to ${points(interval.high)}`;
}

/** 0.95 → `95 %`, 0.999 → `99.9 %`. */
export const shortPercent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;

/** p-values to two digits, small ones by their bound. */
export function pValuePhrase(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p >= 0.1 ? p.toFixed(2) : p.toPrecision(2)}`;
}

/** The answer, in one line. */
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

/** Why the new model does not pass: one sentence a reason. */
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

/** Names and values of both models, and the difference: accuracy and the figures of the probabilities. */
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
