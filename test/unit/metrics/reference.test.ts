/** Every figure against scikit-learn's and SciPy's on recorded samples (make-reference.py makes reference.json). */

import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Evaluator } from '../../../src/metrics/evaluator.js';
import { type MetricName, metricNames } from '../../../src/metrics/metric-values.js';
import { isClose } from '../../support/close.js';
import { paths } from '../../support/paths.js';

interface Reference {
  readonly name: string;
  readonly threshold: number;
  readonly truth: readonly number[];
  readonly prediction: readonly number[];
  readonly probabilities: readonly (readonly number[])[];
  readonly figures: Readonly<Record<MetricName, number | null>>;
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly Readonly<Record<'precision' | 'recall' | 'f1', number>>[];
  readonly averagePrecision: readonly (number | null)[];
  readonly rocAuc: readonly (number | null)[];
  readonly bins: readonly (readonly number[])[];
}

const references = JSON.parse(
  readFileSync(`${paths.root}/test/references/metrics/reference.json`, 'utf8'),
) as Reference[];

const test = suite('evaluate/reference');

function evaluate(reference: Reference) {
  const { threshold, truth, prediction, probabilities } = reference;
  const evaluator = new Evaluator(probabilities[0]?.length ?? 0, { threshold });
  for (const [index, row] of probabilities.entries())
    evaluator.add({
      index,
      truth: truth[index]!,
      prediction: prediction[index]!,
      probabilities: Float32Array.from(row),
    });
  return evaluator.finish();
}

/** scikit-learn sums the log loss in f32. */
const tolerance = (name: string) => (name === 'logLoss' ? 1e-5 : 1e-9);

function same(actual: number | undefined, expected: number | null, what: string, relative = 1e-9) {
  if (expected === null) assert.is(actual, undefined, `${what} is undefined`);
  else
    assert.ok(isClose(actual ?? Number.NaN, expected, relative), `${what}: ${actual}, ${expected}`);
}

for (const reference of references) {
  test(`figures: ${reference.name}`, () => {
    const { metrics: figures } = evaluate(reference);
    for (const name of metricNames)
      same(figures[name], reference.figures[name], name, tolerance(name));
  });
  test(`classes, confusion and bins: ${reference.name}`, () => {
    const { matrix, perClass, bins } = evaluate(reference);
    assert.equal(matrix.rows(), reference.confusion);
    for (const [i, scores] of perClass.entries()) {
      for (const key of ['precision', 'recall', 'f1'] as const)
        same(scores[key], reference.perClass[i]?.[key] ?? null, `${key} of ${i}`);
      same(scores.averagePrecision, reference.averagePrecision[i] ?? null, `AP of ${i}`);
      same(scores.rocAuc, reference.rocAuc[i] ?? null, `AUC of ${i}`);
    }
    for (const [i, [count, confidence, accuracy]] of reference.bins.entries()) {
      assert.is(bins[i]?.count, count, `bin ${i}`);
      same(bins[i]?.confidence, confidence ?? null, `confidence of bin ${i}`);
      same(bins[i]?.accuracy, accuracy ?? null, `accuracy of bin ${i}`);
    }
  });
}

test('the samples hold ties, absent classes and undefined figures', () => {
  assert.ok(references.length >= 12);
  assert.ok(references.some(({ figures }) => figures.cohenKappa === null));
  assert.ok(references.some(({ figures }) => figures.macroRocAuc === null));
  assert.ok(references.some(({ averagePrecision }) => averagePrecision.includes(null)));
});

test.run();
