/** A window held against its reference: every test, what it found, and the verdict on the whole. */

import { Generator } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.js';
import { holm } from '../statistics/holm.js';
import { calibrate, type EstimatedAccuracy, estimateAccuracy } from './estimated-accuracy.js';
import { missingShare, type Presence } from './presence.js';
import {
  classTests,
  embeddingTest,
  featureTest,
  missingTest,
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
  /** Features that one side has and the other does not measure: they cannot be compared. */
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
  const names = measuredBy(reference).filter(wanted);
  const common = names.filter((name) => (window.features.get(name)?.count ?? 0) > 0);
  const missing = missingTests(reference, window, wanted);
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
    ...missing,
  ];
  const adjusted = corrections[options.correction](results.map(({ p }) => p));
  const tests = results.map((result, i) => {
    const p = adjusted[i]!;
    return { ...result, adjusted: p, drift: p <= options.alpha };
  });
  const compared = new Set([...common, ...missing.map(({ name }) => name)]);
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
    onlyReference: names.filter((name) => !compared.has(name)),
    onlyWindow: measuredBy(window).filter((name) => wanted(name) && !compared.has(name)),
    accuracy: window.judged > 0 ? window.right / window.judged : undefined,
    referenceAccuracy: reference.judged > 0 ? reference.right / reference.judged : undefined,
    estimated:
      calibration && confidence && confidence.count > 0
        ? estimateAccuracy(confidence.steps(), calibration)
        : undefined,
  };
}

/** Features with at least one number, in the order of their names. */
const measuredBy = ({ features }: WindowSketch): string[] =>
  [...features]
    .filter(([, { count }]) => count > 0)
    .map(([name]) => name)
    .sort();

/** The shares of missing values of whatever either side names. */
function missingTests(
  reference: WindowSketch,
  window: WindowSketch,
  wanted: (name: string) => boolean,
): TestResult[] {
  const features = new Set([...reference.features.keys(), ...window.features.keys()]);
  return [...[...features].sort(), 'prediction', 'embedding'].filter(wanted).flatMap((name) => {
    // Looked up, not asked for: a sketch would make a feature that it has not.
    const [then, now] = [presenceIn(reference, name), presenceIn(window, name)];
    return missingTest(
      name,
      missingShare(then, reference.rowsByKind),
      missingShare(now, window.rowsByKind, then),
    );
  });
}

function presenceIn({ presence, features }: WindowSketch, name: string): Presence | undefined {
  return name === 'prediction' || name === 'embedding'
    ? presence[name]
    : features.get(name)?.presence;
}
