/** A window held against its reference: every test, what it found, and the verdict on the whole. */

import { Generator } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.js';
import { holm } from '../statistics/holm.js';
import { calibrate, type EstimatedAccuracy, estimateAccuracy } from './estimated-accuracy.js';
import {
  classTests,
  embeddingTest,
  featureTest,
  performanceTest,
  type TestResult,
} from './tests.js';
import type { WindowSketch } from './window-sketch.js';

export const corrections = {
  holm,
  bh: benjaminiHochberg,
  none: (p: readonly number[]) => [...p],
} as const;
export type Correction = keyof typeof corrections;

export interface DriftComparisonOptions {
  /** The chance of an alarm though nothing has changed, 0 to 1. */
  readonly alpha: number;
  readonly correction: Correction;
  /** What decides on a feature. */
  readonly test: 'ks' | 'psi';
  /** The share of tests that must find drift; undefined: one of them is enough. */
  readonly share?: number | undefined;
  /** Only these features; undefined: all. */
  readonly features?: readonly string[] | undefined;
  readonly seed: number;
}

/** A test with its p-value corrected for the others. */
export interface JudgedTest extends TestResult {
  readonly adjusted: number;
  readonly drift: boolean;
}

export interface DriftComparison {
  readonly drift: boolean;
  readonly rows: number;
  readonly referenceRows: number;
  readonly tests: readonly JudgedTest[];
  readonly drifted: number;
  /** Features that one side has and the other lacks: they cannot be compared. */
  readonly onlyReference: readonly string[];
  readonly onlyWindow: readonly string[];
  /** Share of right predictions, where labels are known. */
  readonly accuracy?: number | undefined;
  readonly referenceAccuracy?: number | undefined;
  readonly estimated?: EstimatedAccuracy | undefined;
}

/** Compares a window with its reference; both must hold rows. */
export function compareToReference(
  reference: WindowSketch,
  window: WindowSketch,
  options: DriftComparisonOptions,
): DriftComparison {
  const wanted = (name: string) => options.features?.includes(name) ?? true;
  const names = [...reference.features.keys()].filter(wanted).sort();
  const common = names.filter((name) => (window.features.get(name)?.count ?? 0) > 0);
  const results = [
    ...common.map((name) =>
      featureTest(name, reference.feature(name).steps(), window.feature(name).steps(), options),
    ),
    ...classTests(reference, window, wanted),
    ...embeddingTest(
      reference,
      window,
      wanted,
      new Generator(deriveKey(options.seed, 'fmnist-drift', 'exchange')),
    ),
    ...performanceTest(reference, window, wanted),
  ];
  const adjusted = corrections[options.correction](results.map(({ p }) => p));
  const tests = results.map((result, i) => {
    const p = adjusted[i]!;
    return { ...result, adjusted: p, drift: p <= options.alpha };
  });
  const drifted = tests.filter(({ drift }) => drift).length;
  const { share } = options;
  const calibration = calibrate(reference.judgedConfidence, reference.rightConfidence);
  const confidence = window.features.get('confidence');
  return {
    drift:
      share === undefined
        ? drifted > 0
        : tests.length > 0 && drifted >= share * tests.length && drifted > 0,
    rows: window.rows,
    referenceRows: reference.rows,
    tests,
    drifted,
    onlyReference: names.filter((name) => !common.includes(name)),
    onlyWindow: [...window.features.keys()]
      .filter((name) => wanted(name) && !reference.features.has(name))
      .sort(),
    accuracy: window.judged > 0 ? window.right / window.judged : undefined,
    referenceAccuracy: reference.judged > 0 ? reference.right / reference.judged : undefined,
    estimated:
      calibration && confidence && confidence.count > 0
        ? estimateAccuracy(confidence.steps(), calibration)
        : undefined,
  };
}
