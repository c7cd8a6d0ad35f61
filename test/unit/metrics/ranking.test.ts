/** Average precision and ROC AUC against their definitions, by counting pairs and thresholds. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { averagePrecision, rank, rocAuc, Scores } from '../../../src/metrics/ranking.js';
import { isClose } from '../../support/close.js';

const test = suite('evaluate/ranking');

/** Coarse values, so that ties are common. */
const values = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 30 });

test('ROC AUC is the share of pairs in order, ties counting half', () => {
  fc.assert(
    fc.property(values, values, (positives, negatives) => {
      let pairs = 0;
      for (const p of positives) for (const n of negatives) pairs += p > n ? 1 : p === n ? 0.5 : 0;
      const auc = rocAuc(rank(Float32Array.from(positives), Float32Array.from(negatives)));
      assert.ok(isClose(auc!, pairs / positives.length / negatives.length));
    }),
  );
});

test('average precision sums precision times gain in recall over thresholds', () => {
  fc.assert(
    fc.property(values, values, (positives, negatives) => {
      const thresholds = [...new Set([...positives, ...negatives])].sort((a, b) => b - a);
      let [sum, recall] = [0, 0];
      for (const t of thresholds) {
        const right = positives.filter((p) => p >= t).length;
        const claimed = right + negatives.filter((n) => n >= t).length;
        sum += (right / positives.length - recall) * (right / claimed);
        recall = right / positives.length;
      }
      const ap = averagePrecision(rank(Float32Array.from(positives), Float32Array.from(negatives)));
      assert.ok(isClose(ap!, sum));
    }),
  );
});

test('undefined without positives, and ROC AUC without negatives', () => {
  const some = Float32Array.of(0.5);
  const none = new Float32Array(0);
  assert.is(averagePrecision(rank(none, some)), undefined);
  assert.is(averagePrecision(rank(some, none)), 1);
  assert.is(rocAuc(rank(none, some)), undefined);
  assert.is(rocAuc(rank(some, none)), undefined);
});

test('scores are kept beyond their first room, each class apart', () => {
  const scores = new Scores(3);
  const images = 5000;
  for (let i = 0; i < images; i++) {
    const row = Float32Array.of(0, 0, 0);
    row[i % 3] = 1 + i;
    scores.add(i % 3, i % 3, row);
  }
  const { positives, negatives } = scores.ofClass(1);
  assert.is(positives.length, 1667);
  assert.is(positives[0], 2);
  assert.is(positives[1666], 5000);
  assert.is(negatives.length, images - 1667);
  assert.ok(negatives.every((value) => value === 0));
  assert.is(scores.ofAll().positives.length, images);
  assert.is(scores.ofAll().negatives.length, 2 * images);
});

test.run();
