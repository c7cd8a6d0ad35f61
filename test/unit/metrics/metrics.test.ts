/** What the recorded samples do not reach: bounds, rounding at edges, ties, and what happens to a mistaken matrix. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Calibration } from '../../../src/metrics/calibration.js';
import { ConfusionMatrix, commonestConfusions } from '../../../src/metrics/confusion-matrix.js';
import { Evaluator } from '../../../src/metrics/evaluator.js';
import { LogLoss } from '../../../src/metrics/proper-scores.js';
import { ThresholdCounts } from '../../../src/metrics/threshold.js';
import { rankOfTruth } from '../../../src/metrics/top-k.js';
import { wilsonInterval } from '../../../src/statistics/wilson-interval.js';

const test = suite('evaluate/measures');

test('Wilson intervals hold the rate, stay within 0 and 1, and narrow with more trials', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100000 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (n, share) => {
        const k = Math.round(n * share);
        const { low, high } = wilsonInterval(k, n);
        assert.ok(0 <= low && low <= k / n && k / n <= high && high <= 1);
        const wider = wilsonInterval(10 * k, 10 * n);
        assert.ok(wider.high - wider.low <= high - low);
      },
    ),
  );
  assert.is(wilsonInterval(0, 10).low, 0);
  assert.is(wilsonInterval(10, 10).high, 1);
});

test('a threshold counts what is printed as equal to it', () => {
  const counts = new ThresholdCounts(0.9);
  counts.add(0, 0, Float32Array.of(0.9, 0.1));
  assert.is(counts.recall, 1);
  const none = new ThresholdCounts(1);
  none.add(0, 0, Float32Array.of(0.9, 0.1));
  assert.is(none.precision, 0);
});

test('confidences of 0 and 1 fall in the first and last bin, edges in the lower one', () => {
  const calibration = new Calibration(4);
  for (const p of [0, 1, 0.25, 0.5, 0.51]) calibration.add(0, 0, Float32Array.of(p));
  assert.equal(
    calibration.bins().map(({ count }) => count),
    [2, 1, 1, 1],
  );
});

test('log loss is finite for a class of probability 0', () => {
  const loss = new LogLoss();
  loss.add(0, 1, Float32Array.of(0, 1));
  assert.is(loss.value, 23 * Math.LN2);
});

test('of equal probabilities the later class ranks first', () => {
  assert.is(rankOfTruth(0, [0.5, 0.5, 0]), 1);
  assert.is(rankOfTruth(1, [0.5, 0.5, 0]), 0);
  assert.is(rankOfTruth(2, [0.5, 0.5, 0]), 2);
});

test('the commonest confusions', () => {
  const matrix = new ConfusionMatrix(3, [9, 2, 0, 5, 9, 2, 0, 0, 9]);
  assert.equal(commonestConfusions(matrix, 2), [
    { truth: 1, prediction: 0, count: 5 },
    { truth: 0, prediction: 1, count: 2 },
  ]);
  assert.is(commonestConfusions(matrix, 10).length, 3);
});

test('an evaluator keeps copies, and nothing can come of nothing', () => {
  const evaluator = new Evaluator(2, { mistakes: 1 });
  assert.throws(() => evaluator.finish(), /nothing to evaluate/);
  const probabilities = Float32Array.of(0.25, 0.75);
  const pixels = Uint8Array.of(1, 2);
  evaluator.add({ index: 4, truth: 0, prediction: 1, probabilities, pixels });
  probabilities.fill(0);
  pixels.fill(0);
  const { mistakes, metrics: figures } = evaluator.finish();
  assert.equal(mistakes[0]?.pixels, Uint8Array.of(1, 2));
  assert.is(mistakes[0]?.truthProbability, 0.25);
  assert.is(figures.microAveragePrecision, 0.5);
});

test.run();
