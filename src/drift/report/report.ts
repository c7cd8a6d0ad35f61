/** Drift report: the findings of a run of fmnist-drift, before they are written in any format. */

import type { ClassList } from '../../idx/classes.js';
import type { DriftTestFields } from '../../ndjson/drift-records.js';
import { percent } from '../../picture/numbers.js';
import type { DriftComparison, DriftComparisonOptions, JudgedTest } from '../comparison.js';
import { type Examples, examplesOf } from '../examples.js';
import type { KeptImage } from '../image-extremes.js';
import type { WindowSketch } from '../window-sketch.js';

/** Position of a window in its log. */
export interface WindowPosition {
  /** From 1. */
  readonly number: number;
  readonly alarm: boolean;
  /** Rows by their number in the log, from 1. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Milliseconds since 1970: its ends, or of windows by rows the first and the last time in it. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** False of a last window that the log ends within. */
  readonly full: boolean;
}

export interface WindowVerdict {
  /** Where the log was cut into windows. */
  readonly position?: WindowPosition | undefined;
  /** Undefined: too few rows to test. */
  readonly comparison: DriftComparison | undefined;
  readonly rows: number;
  /** Copies of images that are among the rows, which were left out. */
  readonly copies: number;
  readonly referenceRows: number;
  /** Images of what has drifted, where they were there and are shown. */
  readonly examples?: readonly Examples[];
}

export function verdictOn(
  reference: WindowSketch,
  sketch: WindowSketch,
  comparison: DriftComparison | undefined,
  position?: WindowPosition,
): WindowVerdict {
  return {
    position,
    comparison,
    rows: sketch.rows,
    copies: sketch.copies,
    referenceRows: reference.rows,
    examples: comparison ? examplesOf(comparison, sketch) : [],
  };
}

export interface DriftReport {
  readonly reference: string;
  readonly current: string;
  readonly classes: ClassList | undefined;
  /** Some images of the reference, to compare with. */
  readonly referenceImages?: readonly KeptImage[];
  readonly options: DriftComparisonOptions;
  /** Of very many windows, the last. */
  readonly verdicts: readonly WindowVerdict[];
  /** How many verdicts there were, and how many of them found drift. */
  readonly windows: number;
  readonly drifting: number;
}

/** `drift`, `no drift`, `too few rows`. */
export function verdictWords({ comparison }: WindowVerdict): string {
  if (!comparison) return 'too few rows';
  return comparison.drift ? 'drift' : 'no drift';
}

/** The tests that drifted, the surest first. */
export function driftedTests({ comparison }: WindowVerdict): JudgedTest[] {
  return (comparison?.tests ?? [])
    .filter(({ drift }) => drift)
    .toSorted((a, b) => a.adjusted - b.adjusted || b.statistic - a.statistic);
}

/** Every test, the surest of a change first; where none is sure, as they came. */
export function bySignificance(tests: readonly JudgedTest[]): JudgedTest[] {
  return tests.toSorted((a, b) => a.adjusted - b.adjusted || Number(b.drift) - Number(a.drift));
}

/** 0.0312 → `0.031`; what is too small to say is `< 1e-16`. */
export function pValueText(p: number): string {
  if (p < 1e-16) return '<1e-16';
  return p < 0.001 ? p.toExponential(0) : p.toPrecision(2).replace(/^1\.0$/, '1');
}

/** A number to four digits, without a tail of noise. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

/** Then and now: the medians of a feature, the shares of right predictions or missing values; nothing of classes. */
export function middles({
  kind,
  mean,
  referenceMean,
  median,
  referenceMedian,
}: DriftTestFields): string {
  if (
    (kind === 'performance' || kind === 'missing') &&
    mean !== undefined &&
    referenceMean !== undefined
  )
    return `${percent(referenceMean)} → ${percent(mean)}`;
  if (median === undefined || referenceMedian === undefined) return '';
  return `${shortNumber(referenceMedian)} → ${shortNumber(median)}`;
}

/** Name of a test for people: class tests say which classes they count, others what is missing. */
export function testName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  if (kind === 'missing') return `${name} missing`;
  if (kind === 'prediction') return 'predicted classes';
  return kind === 'label' ? 'true classes' : name;
}
