/** The verdict: quiet on fresh windows of the same source at the nominal rate, loud on what has moved; small counts; estimates. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareToReference, type DriftComparisonOptions } from '../../../src/drift/comparison.js';
import { calibrate, estimateAccuracy } from '../../../src/drift/estimated-accuracy.js';
import { WindowSketch } from '../../../src/drift/window-sketch.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import { chiSquare } from '../../../src/statistics/chi-square.js';
import { populationStability } from '../../../src/statistics/population-stability.js';
import { referenceBins } from '../../../src/statistics/reference-bins.js';
import { stepsOf } from '../../../src/statistics/steps.js';

const test = suite('drift/comparison');
const generator = new Generator(deriveKey(5, 'drift test'));
const options: DriftComparisonOptions = { alpha: 0.05, correction: 'holm', test: 'ks', seed: 0 };

/** Rows of a model that is right as often as it says; `doubt` moves its confidence, `move` a feature. */
function source(count: number, { move = 0, doubt = 0, classes = 5 } = {}): WindowSketch {
  const sketch = new WindowSketch();
  for (let i = 0; i < count; i++) {
    const confidence = Math.min(1, 1 - generator.uniform() * (0.4 + doubt));
    const prediction = generator.below(classes);
    const right = generator.uniform() < confidence;
    sketch.add({
      kind: 'features',
      features: [
        ['brightness', 100 + 20 * (generator.normal() + move)],
        ['contrast', 50 + 9 * generator.normal()],
      ],
      confidence,
      prediction,
      label: right ? prediction : (prediction + 1) % classes,
    });
  }
  return sketch;
}

const reference = source(2000);

for (const decided of ['ks', 'psi'] as const)
  test(`false alarms of ${decided} stay within the nominal rate`, () => {
    const runs = 300;
    let alarms = 0;
    for (let i = 0; i < runs; i++)
      if (compareToReference(reference, source(100), { ...options, test: decided }).drift) alarms++;
    // 5 % of 300 are 15; a binomial passes 27 with a chance of one in a thousand.
    assert.ok(alarms <= 27, `${alarms} of ${runs} windows alarmed`);
  });

test('what has moved is found, and named', () => {
  const { drift, tests } = compareToReference(reference, source(300, { move: 0.6 }), options);
  assert.ok(drift);
  assert.equal(
    tests.filter((t) => t.drift).map(({ name }) => name),
    ['brightness'],
  );
});

test('doubt is found, accuracy has fallen, and the estimate says by how much', () => {
  const {
    tests,
    accuracy = 1,
    referenceAccuracy = 0,
    estimated,
  } = compareToReference(reference, source(1500, { doubt: 0.5 }), options);
  const names = tests.filter((t) => t.drift).map(({ name }) => name);
  assert.ok(names.includes('confidence') && names.includes('accuracy'), names.join());
  assert.ok(
    Math.abs(referenceAccuracy - 0.8) < 0.03 && Math.abs(accuracy - 0.55) < 0.05,
    `${accuracy}`,
  );
  // Confidences that the reference never showed are taken for its lowest.
  assert.ok(
    estimated && estimated.low > accuracy && estimated.high < referenceAccuracy,
    `${estimated?.value}`,
  );
});

test('options: a share of the tests, some features only, what one side lacks', () => {
  const moved = source(300, { move: 0.6 });
  assert.not(compareToReference(reference, moved, { ...options, share: 0.5 }).drift);
  assert.equal(
    compareToReference(reference, moved, { ...options, features: ['contrast', 'label'] }).tests.map(
      ({ name }) => name,
    ),
    ['contrast', 'label'],
  );
  const other = new WindowSketch();
  for (let i = 0; i < 40; i++)
    other.add({
      kind: 'image',
      features: [
        ['contrast', i],
        ['sharpness', i],
      ],
    });
  const { onlyReference, onlyWindow, tests } = compareToReference(reference, other, options);
  assert.equal(onlyReference, ['brightness', 'confidence']);
  assert.equal(onlyWindow, ['sharpness']);
  assert.equal(
    tests.map(({ name }) => name),
    ['contrast'],
  );
});

test('embeddings', () => {
  const vectors = (move: number) => {
    const sketch = new WindowSketch();
    for (let i = 0; i < 80; i++)
      sketch.add({
        kind: 'features',
        features: [],
        embedding: [generator.normal() + move, generator.normal(), generator.normal()],
      });
    return sketch;
  };
  const still = vectors(0);
  assert.not(compareToReference(still, vectors(0), { ...options, alpha: 0.001 }).drift);
  assert.ok(compareToReference(still, vectors(1.5), { ...options, alpha: 0.001 }).drift);
});

test('rare classes are counted as one; too few for that are tested exactly', () => {
  assert.equal(chiSquare([500, 2, 3, 1], [480, 1, 0, 9]).pooled, 3);
  // Ten classes, none of which ten rows can have five of: two groups of five, tested exactly.
  const even = new Array<number>(10).fill(500);
  const { pooled, degrees, p } = chiSquare(even, [10, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal([pooled, degrees], [10, 1]);
  assert.ok(p > 0.001 && p < 0.003, `${p}`);
  assert.is(chiSquare(even, [10, 10, 10, 0, 0, 0, 0, 0, 0, 0]).degrees, 4);
  // One class is new: 4 of 20 rows where there were none in 1,000.
  assert.ok(chiSquare([1000, 0], [16, 4]).p < 1e-5);
  assert.is(chiSquare([1000, 0], [20, 0]).p, 1);
  assert.is(chiSquare([], []).p, 1);
});

test('PSI: empty bins do not make it infinite, constants do not break it', () => {
  const { index, p } = populationStability([50, 50], [100, 0], 0.01);
  assert.ok(Number.isFinite(index) && p < 1e-6, `${index} ${p}`);
  const constant = stepsOf(new Array<number>(50).fill(7));
  assert.equal(referenceBins(constant, constant), {
    edges: [7],
    reference: [50, 0],
    current: [50, 0],
  });
  const bins = referenceBins(constant, stepsOf([7, 8, 9, 9, 9, 9, 9, 9, 9, 9]));
  assert.equal(bins.current, [1, 9]);
});

test('calibration: level shares, by pooling what does not rise', () => {
  const judged = new WindowSketch();
  const add = (confidence: number, count: number, right: number) => {
    for (let i = 0; i < count; i++)
      judged.add({
        kind: 'features',
        features: [],
        confidence,
        prediction: 0,
        label: i < right ? 0 : 1,
      });
  };
  add(0.25, 50, 10);
  add(0.5, 50, 30);
  add(0.75, 50, 20);
  add(0.96875, 50, 45);
  const found = calibrate(judged.judgedConfidence, judged.rightConfidence);
  assert.equal(found?.share, [0.2, 0.5, 0.9]);
  if (!found) return;
  const { value } = estimateAccuracy(stepsOf([0.1, 0.5, 0.6, 0.99]), found);
  assert.ok(Math.abs(value - (0.2 + 0.5 + 0.5 + 0.9) / 4) < 1e-12, `${value}`);
  assert.is(calibrate(new WindowSketch().judgedConfidence, judged.rightConfidence), undefined);
});

test.run();
