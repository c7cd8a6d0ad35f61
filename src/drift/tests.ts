/** Drift tests, each with effect sizes beside its p-value. */

import type { DriftTestFields } from '../ndjson/drift-records.js';
import type { Generator } from '../random/generator.js';
import { chiSquare } from '../statistics/chi-square.js';
import { jensenShannon } from '../statistics/jensen-shannon.js';
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.js';
import { meanDiscrepancy } from '../statistics/mean-discrepancy.js';
import { populationStability } from '../statistics/population-stability.js';
import { type BinnedPair, referenceBins } from '../statistics/reference-bins.js';
import { momentsOf, quantileOf, type Steps } from '../statistics/steps.js';
import { twoProportions } from '../statistics/two-proportions.js';
import { wasserstein } from '../statistics/wasserstein.js';
import type { MissingShare } from './presence.js';
import { type SharedHistogram, sharedHistogram } from './shared-histogram.js';
import type { LabelCounts, WindowSketch } from './window-sketch.js';

/** Result of a test before it is judged beside the others. */
export interface TestResult extends DriftTestFields {
  readonly kind: 'feature' | 'missing' | 'prediction' | 'label' | 'embedding' | 'performance';
  readonly test: 'ks' | 'psi' | 'chi-square' | 'mmd' | 'proportions';
  readonly bins?: BinnedPair;
  /** For people: both sides in bins of equal width; not in records. */
  readonly histogram?: SharedHistogram;
}

/** One feature's numbers then and now. */
export function featureTest(
  name: string,
  reference: Steps,
  current: Steps,
  { alpha, test }: { readonly alpha: number; readonly test: 'ks' | 'psi' },
): TestResult {
  const bins = referenceBins(reference, current);
  const stability = populationStability(bins.reference, bins.current, alpha);
  const smirnov = kolmogorovSmirnov(reference, current);
  const distance = wasserstein(reference, current);
  const [then, now] = [momentsOf(reference), momentsOf(current)];
  return {
    name,
    kind: 'feature',
    test,
    ...(test === 'ks' ? smirnov : { statistic: stability.index, p: stability.p }),
    rows: current.count,
    referenceRows: reference.count,
    psi: stability.index,
    psiThreshold: stability.threshold,
    jensenShannon: jensenShannon(bins.reference, bins.current),
    wasserstein: distance,
    ...(then.deviation > 0 ? { wassersteinScaled: distance / then.deviation } : {}),
    median: quantileOf(current, 0.5),
    referenceMedian: quantileOf(reference, 0.5),
    mean: now.mean,
    referenceMean: then.mean,
    bins,
    histogram: sharedHistogram(reference, current),
  };
}

type Wanted = (name: string) => boolean;

/** Predicted classes and true ones, each where both sides have them. */
export function classTests(
  reference: WindowSketch,
  window: WindowSketch,
  wanted: Wanted,
): TestResult[] {
  return [
    ...(wanted('prediction')
      ? classTest('prediction', reference.predictions, window.predictions)
      : []),
    ...(wanted('label') ? classTest('label', reference.labels, window.labels) : []),
  ];
}

function classTest(
  kind: 'prediction' | 'label',
  reference: LabelCounts,
  current: LabelCounts,
): TestResult[] {
  if (reference.size === 0 || current.size === 0) return [];
  const labels = [...new Set([...reference.keys(), ...current.keys()])].sort((a, b) => a - b);
  const of = (counts: LabelCounts) => labels.map((label) => counts.get(label) ?? 0);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const [then, now] = [of(reference), of(current)];
  const { statistic, p } = chiSquare(then, now);
  return [
    {
      name: kind,
      kind,
      test: 'chi-square',
      statistic,
      p,
      rows: sum(now),
      referenceRows: sum(then),
      jensenShannon: jensenShannon(then, now),
      classes: { labels, reference: then, current: now },
    },
  ];
}

/** Embeddings, where both sides have them. */
export function embeddingTest(
  reference: WindowSketch,
  window: WindowSketch,
  wanted: Wanted,
  generator: Generator,
): TestResult[] {
  const [then, now] = [reference.embeddings.vectors, window.embeddings.vectors];
  if (!wanted('embedding') || then.length < 2 || now.length < 2) return [];
  const { statistic, p } = meanDiscrepancy(then, now, generator);
  return [
    {
      name: 'embedding',
      kind: 'embedding',
      test: 'mmd',
      statistic,
      p,
      rows: now.length,
      referenceRows: then.length,
    },
  ];
}

/** Accuracy, where both sides have labels: whether it has fallen. */
export function performanceTest(
  reference: WindowSketch,
  window: WindowSketch,
  wanted: Wanted,
): TestResult[] {
  if (!wanted('accuracy') || reference.judged === 0 || window.judged === 0) return [];
  const { statistic, p } = twoProportions(
    reference.right,
    reference.judged,
    window.right,
    window.judged,
  );
  return [
    {
      name: 'accuracy',
      kind: 'performance',
      test: 'proportions',
      statistic,
      p,
      rows: window.judged,
      referenceRows: reference.judged,
      mean: window.right / window.judged,
      referenceMean: reference.right / reference.judged,
    },
  ];
}

/**
 * Missing values of a feature, of `prediction` or of `embedding`, where both sides measure it: whether their share has changed,
 * either way. No test where no row lacks it, or every one: it could find nothing, and the correction for many tests need not
 * count it (R. E. Tarone 1990, Biometrics 46, 515–522).
 */
export function missingTest(
  name: string,
  reference: MissingShare | undefined,
  current: MissingShare | undefined,
): TestResult[] {
  if (!reference || !current) return [];
  const missing = reference.missing + current.missing;
  if (missing === 0 || missing === reference.rows + current.rows) return [];
  const { statistic, pTwoSided } = twoProportions(
    reference.missing,
    reference.rows,
    current.missing,
    current.rows,
  );
  return [
    {
      name,
      kind: 'missing',
      test: 'proportions',
      // Positive where more are missing now.
      statistic: -statistic + 0,
      p: pTwoSided,
      rows: current.rows,
      referenceRows: reference.rows,
      missing: current.missing,
      referenceMissing: reference.missing,
      mean: current.missing / current.rows,
      referenceMean: reference.missing / reference.rows,
    },
  ];
}
