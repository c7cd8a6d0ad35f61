/** The tests and intervals of a comparison, against SciPy's and statsmodels' (make-reference.py makes reference.json). */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Comparer } from '../../../../src/evaluate/comparison/comparer.js';
import { decideVerdict } from '../../../../src/evaluate/comparison/verdict.js';
import { Generator } from '../../../../src/random/generator.js';
import { deriveKey } from '../../../../src/random/key.js';
import { BinomialTable } from '../../../../src/statistics/binomial.js';
import { mcNemar } from '../../../../src/statistics/mcnemar.js';
import { pairedBootstrap } from '../../../../src/statistics/paired-bootstrap.js';
import { isClose } from '../../../support/close.js';
import { paths } from '../../../support/paths.js';

interface Counts {
  readonly onlyOld: number;
  readonly onlyNew: number;
}
interface Reference {
  readonly tests: readonly (Counts & Record<'exactP' | 'midP' | 'chiSquareP', number>)[];
  readonly intervals: readonly (Counts &
    Record<'images' | 'confidence' | 'low' | 'high', number>)[];
}

const reference = JSON.parse(
  readFileSync(`${paths.root}/test/references/comparison/reference.json`, 'utf8'),
) as Reference;
const test = suite('evaluate/comparison');
const key = deriveKey(1, 'test');

for (const { onlyOld, onlyNew, exactP, midP, chiSquareP } of reference.tests)
  test(`McNemar's test of ${onlyOld} against ${onlyNew}`, () => {
    const found = mcNemar(onlyOld, onlyNew);
    assert.ok(isClose(found.exactP, exactP, 1e-10), `exact ${found.exactP}, not ${exactP}`);
    assert.ok(isClose(found.midP, midP, 1e-10), `mid-p ${found.midP}, not ${midP}`);
    // The chi-square test without correction is what mid-p comes near to, the more pairs the nearer.
    if (onlyOld + onlyNew > 100 && chiSquareP > 1e-6)
      assert.ok(isClose(found.midP, chiSquareP, 0.05), `chi-square ${chiSquareP}`);
  });

for (const { images, onlyOld, onlyNew, confidence, low, high } of reference.intervals)
  test(`the bootstrap of ${onlyOld} against ${onlyNew} of ${images}`, () => {
    const found = pairedBootstrap(
      { images, onlyOld, onlyNew },
      { key, resamples: 20_000, confidence },
    );
    // Quantiles of two samples of 20,000: apart by chance, by a fraction of the interval or a single image.
    const room = Math.max(1.01 / images, 0.04 * (high - low));
    assert.ok(Math.abs(found.low - low) <= room, `low ${found.low}, not ${low}`);
    assert.ok(Math.abs(found.high - high) <= room, `high ${found.high}, not ${high}`);
  });

test('the same seed gives the same interval, another one another', () => {
  const counts = { images: 997, onlyOld: 31, onlyNew: 57 };
  const of = (seed: number) =>
    pairedBootstrap(counts, { key: deriveKey(seed), resamples: 1000, confidence: 0.9 });
  assert.equal(of(1), of(1));
  assert.not.equal(of(1), of(2));
});

test('draws from a binomial table have its mean and variance, and keep within its bounds', () => {
  for (const [trials, probability] of [
    [1, 0.5],
    [10, 0],
    [10, 1],
    [0, 0.3],
    [40, 0.1],
    [1000, 0.97],
    [100_000, 0.02],
  ] as const) {
    const table = new BinomialTable(trials, probability);
    const generator = new Generator(deriveKey(3, trials));
    const draws = Array.from({ length: 20_000 }, () => table.draw(generator));
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
    const variance = trials * probability * (1 - probability);
    assert.ok(draws.every((k) => k >= 0 && k <= trials));
    assert.ok(
      Math.abs(mean - trials * probability) <= 4 * Math.sqrt(variance / draws.length),
      `mean of ${trials} with ${probability}: ${mean}`,
    );
    const found = draws.reduce((sum, k) => sum + (k - mean) ** 2, 0) / draws.length;
    assert.ok(Math.abs(found - variance) <= 0.05 * variance, `variance ${found}, not ${variance}`);
  }
});

/** Two models' answers about images of three classes; the third has none. */
const answers = fc.array(
  fc.record({
    truth: fc.integer({ min: 0, max: 1 }),
    old: fc.integer({ min: 0, max: 2 }),
    new: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const sure = (prediction: number) => ({
  prediction,
  probabilities: Float32Array.from([0, 1, 2], (i) => (i === prediction ? 0.8 : 0.1)),
});
const finish = { seed: 0, resamples: 200, confidence: 0.95 };

function compare(list: readonly { truth: number; old: number; new: number }[]) {
  const comparer = new Comparer(3, { regressions: 3 });
  for (const [index, each] of list.entries())
    comparer.add({ index, truth: each.truth, old: sure(each.old), new: sure(each.new) });
  return comparer.finish(finish);
}

test('what is counted image by image adds up, and swapped models swap signs', () => {
  fc.assert(
    fc.property(answers, (list) => {
      const { whole, perClass, agreement, regressions } = compare(list);
      const { bothRight, onlyOld, onlyNew, bothWrong, images } = whole;
      assert.is(bothRight + onlyOld + onlyNew + bothWrong, images);
      assert.is(images, list.length);
      assert.is(onlyOld, list.filter((e) => e.old === e.truth && e.new !== e.truth).length);
      assert.is(whole.newRight, list.filter((e) => e.new === e.truth).length / images);
      assert.is(agreement, list.filter((e) => e.old === e.new).length / images);
      assert.is(perClass[2], undefined);
      assert.is(
        perClass.reduce((sum, group) => sum + (group?.onlyNew ?? 0), 0),
        onlyNew,
      );
      assert.is(regressions.length, Math.min(3, onlyOld));
      assert.ok(whole.interval.low <= whole.difference + 1e-12);
      assert.ok(whole.interval.high >= whole.difference - 1e-12);
      const swapped = compare(list.map((e) => ({ ...e, old: e.new, new: e.old })));
      assert.is(swapped.whole.difference + whole.difference, 0);
      assert.is(swapped.whole.midP, whole.midP);
      assert.is(swapped.old.logLoss, compare(list).new.logLoss);
    }),
    { numRuns: 50 },
  );
});

/** `lost` and `won` images of 100 of the first class, and 40 of the second, on which both are right. */
const split = (lost: number, won: number) =>
  compare([
    ...Array.from({ length: 100 }, (_, i) => ({
      truth: 0,
      old: i < lost ? 0 : i < lost + won ? 1 : 0,
      new: i < lost ? 1 : 0,
    })),
    ...Array.from({ length: 40 }, () => ({ truth: 1, old: 1, new: 1 })),
  ]);
const classes = { names: ['a', 'b', 'c'], labels: [0, 1, 2] };

test('a new model passes if it is better, and not if that may be chance', () => {
  const demand = { confidence: 0.95, classMargin: 0.05 };
  assert.equal(decideVerdict(split(2, 20), classes, demand), {
    better: true,
    worse: false,
    whole: true,
    classes: [],
    passed: true,
  });
  assert.not(decideVerdict(split(2, 5), classes, demand).passed);
  assert.ok(decideVerdict(split(2, 9), classes, { ...demand, confidence: 0.9 }).passed);
  assert.ok(decideVerdict(split(20, 2), classes, demand).worse);
});

test('with a margin it need not be better, but surely not worse by more', () => {
  const demand = { confidence: 0.95, classMargin: 0.05 };
  assert.ok(decideVerdict(split(2, 2), classes, { ...demand, margin: 0.05 }).passed);
  assert.not(decideVerdict(split(2, 2), classes, { ...demand, margin: 0.01 }).passed);
  // Half an image is not: a margin of 0 takes a model that is right on the same images.
  assert.ok(decideVerdict(split(0, 0), classes, { ...demand, margin: 0 }).passed);
});

test('a drop of exactly the margin is allowed of a class, one image more is not', () => {
  const demand = { confidence: 0.95, margin: 1, classMargin: 0.05 };
  assert.equal(decideVerdict(split(5, 0), classes, demand).classes, []);
  const { classes: failed, passed } = decideVerdict(split(6, 0), classes, demand);
  assert.equal(failed, [{ name: 'a', difference: -0.06 }]);
  assert.not(passed);
});

test.run();
