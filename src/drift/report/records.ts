/** Verdicts as records. */

import { present } from '../../core/present.js';
import type { DriftRecord, DriftTestRecord } from '../../ndjson/drift-records.js';
import { defaultBounds } from '../../statistics/population-stability.js';
import type { DriftComparisonOptions, JudgedTest } from '../comparison.js';
import type { WindowPosition, WindowVerdict } from './report.js';

/** The `drift` record of a window, then one record a test. */
export function* verdictRecords(
  verdict: WindowVerdict,
  { alpha, correction, share }: DriftComparisonOptions,
): Generator<DriftRecord | DriftTestRecord> {
  const { comparison, rows, copies, referenceRows, position } = verdict;
  const {
    accuracy,
    referenceAccuracy,
    estimated,
    onlyReference = [],
    onlyWindow = [],
  } = comparison ?? {};
  const number = position?.number;
  yield {
    type: 'drift',
    drift: comparison?.drift ?? false,
    ...(position ? windowFields(position) : {}),
    ...(comparison ? {} : { tooFew: true }),
    rows,
    ...(copies > 0 ? { copies } : {}),
    referenceRows,
    tests: comparison?.tests.length ?? 0,
    drifted: comparison?.drifted ?? 0,
    alpha,
    correction,
    ...present({
      share,
      accuracy,
      referenceAccuracy,
      estimatedAccuracy: estimated?.value,
      estimatedAccuracyLow: estimated?.low,
      estimatedAccuracyHigh: estimated?.high,
    }),
    ...(onlyReference.length > 0 ? { onlyReference } : {}),
    ...(onlyWindow.length > 0 ? { onlyWindow } : {}),
  };
  for (const test of comparison?.tests ?? []) yield testRecord(test, number);
}

function windowFields({ number, alarm, firstRow, lastRow, from, to, full }: WindowPosition) {
  const time = (ms: number | undefined) =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  return {
    window: number,
    alarm,
    firstRow,
    lastRow,
    ...present({ firstTime: time(from), lastTime: time(to) }),
    ...(full ? {} : { partial: true }),
  };
}

function testRecord(test: JudgedTest, window: number | undefined): DriftTestRecord {
  const {
    name,
    kind,
    drift,
    statistic,
    p,
    adjusted,
    rows,
    referenceRows,
    psi,
    histogram: _,
    ...more
  } = test;
  return {
    type: 'drift-test',
    ...(window === undefined ? {} : { window }),
    name,
    kind,
    drift,
    statistic,
    p,
    adjusted,
    rows,
    referenceRows,
    ...(psi === undefined ? {} : { psi, psiCustom: custom(psi) }),
    ...more,
  };
}

/** Customary reading of a population stability index, whatever the sample sizes. */
export function custom(psi: number): 'stable' | 'moderate' | 'large' {
  if (psi >= defaultBounds.large) return 'large';
  return psi >= defaultBounds.moderate ? 'moderate' : 'stable';
}
