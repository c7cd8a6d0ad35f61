/** What a run of fmnist-drift has found, before it is written in any format. */

import type { ClassList } from '../../idx/classes.js';
import type { CompareOptions, Comparison, JudgedTest } from '../comparison.js';
import type { LogWindow } from '../windows.js';

export interface WindowVerdict {
  /** Where the log was cut into windows: which this is, from 1. */
  readonly position?:
    | { readonly number: number; readonly window: LogWindow; readonly alarm: boolean }
    | undefined;
  /** Undefined: too few rows to test. */
  readonly comparison: Comparison | undefined;
  readonly rows: number;
  readonly referenceRows: number;
}

export interface DriftReport {
  readonly reference: string;
  readonly current: string;
  readonly classes: ClassList | undefined;
  readonly options: CompareOptions;
  readonly verdicts: readonly WindowVerdict[];
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

/** 0.0312 → `0.031`; what is too small to say is `< 1e-16`. */
export function pWords(p: number): string {
  if (p < 1e-16) return '<1e-16';
  return p < 0.001 ? p.toExponential(0) : p.toPrecision(2).replace(/^1\.0$/, '1');
}

/** A number to four digits, without a tail of noise. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

/** What a test is called: the class tests say which classes they count. */
export function testName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  if (kind === 'prediction') return 'predicted classes';
  return kind === 'label' ? 'true classes' : name;
}
