/** Stratification: shares, the held-out part and folds, on any labels. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  countsByLabel,
  labelsMissing,
  positionsByLabel,
  proportionalShares,
  stratifiedFolds,
  stratifiedHoldout,
} from '../../../src/image/split.js';
import { deriveKey } from '../../../src/random/key.js';

const test = suite('image: split');
const keyOf = (seed: number) => deriveKey(seed, 'test');

/** A few classes of very different sizes, in any order. */
const anyLabels = fc
  .array(fc.constantFrom(0, 0, 0, 0, 0, 3, 3, 7, 255), { minLength: 1, maxLength: 300 })
  .map((list) => Uint8Array.from(list));
const labelsAndTake = anyLabels.chain((labels) =>
  fc.tuple(fc.constant(labels), fc.integer({ min: 0, max: labels.length }), fc.nat(1000)),
);
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

test('shares by largest remainders, ties to the smaller label', () => {
  assert.equal(proportionalShares([50, 30, 20], 10), [5, 3, 2]);
  assert.equal(proportionalShares([1, 1, 1], 2), [1, 1, 0]);
  // Quotas 4.2, 4.2, 1.6: the largest remainder is the last.
  assert.equal(proportionalShares([42, 42, 16], 10), [4, 4, 2]);
  assert.equal(proportionalShares([6000, 6000, 6000], 5000), [1667, 1667, 1666]);
  assert.equal(proportionalShares([0, 0], 0), [0, 0]);
  assert.equal(proportionalShares([3, 0, 2], 5), [3, 0, 2]);
});

test('shares add up, and each is its quota rounded down or up', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      (counts, x) => {
        const total = sum(counts);
        const take = total === 0 ? 0 : x % (total + 1);
        const shares = proportionalShares(counts, take);
        assert.is(sum(shares), take);
        for (const [i, share] of shares.entries()) {
          const product = counts[i]! * take;
          const room = Math.max(total, 1);
          assert.ok(share * total > product - room && share * total < product + room);
          assert.ok(share <= counts[i]!);
        }
      },
    ),
  );
});

test('positions by label are each position once, ascending', () => {
  fc.assert(
    fc.property(anyLabels, (labels) => {
      const lists = positionsByLabel(labels);
      assert.is(lists.length, 256);
      for (const [label, list] of lists.entries()) {
        const wanted = [...labels.keys()].filter((i) => labels[i] === label);
        assert.equal([...list], wanted);
      }
    }),
  );
});

test('the held-out part has the size asked for, and of each class its share', () => {
  fc.assert(
    fc.property(labelsAndTake, ([labels, take, seed]) => {
      const held = stratifiedHoldout(labels, take, keyOf(seed));
      assert.is(sum([...held]), take);
      const counts = countsByLabel(labels.filter((_, i) => held[i] === 1));
      assert.equal(counts, proportionalShares(countsByLabel(labels), take));
    }),
  );
});

test('folds partition the set; their sizes differ by one at most, by class and in all', () => {
  fc.assert(
    fc.property(anyLabels, fc.integer({ min: 2, max: 12 }), fc.nat(1000), (labels, folds, seed) => {
      const fold = stratifiedFolds(labels, folds, keyOf(seed));
      const sizes = (wanted: (i: number) => boolean) =>
        Array.from({ length: folds }, (_, f) =>
          sum([...fold].map((of, i) => (of === f && wanted(i) ? 1 : 0))),
        );
      const spread = (list: number[]) => Math.max(...list) - Math.min(...list);
      assert.is(sum(sizes(() => true)), labels.length);
      assert.ok(spread(sizes(() => true)) <= 1);
      for (const label of new Set(labels))
        assert.ok(spread(sizes((i) => labels[i] === label)) <= 1);
    }),
  );
});

test('one key gives one division, another key another', () => {
  const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 4);
  const held = (seed: number) => [...stratifiedHoldout(labels, 50, keyOf(seed))];
  const folds = (seed: number) => [...stratifiedFolds(labels, 5, keyOf(seed))];
  assert.equal(held(7), held(7));
  assert.not.equal(held(7), held(8));
  assert.equal(folds(7), folds(7));
  assert.not.equal(folds(7), folds(8));
});

test('every image is held out about as often as any other', () => {
  const labels = Uint8Array.from({ length: 30 }, (_, i) => i % 3);
  const often = new Array<number>(30).fill(0);
  const seeds = 2000;
  for (let seed = 0; seed < seeds; seed++) {
    for (const [i, flag] of stratifiedHoldout(labels, 6, keyOf(seed)).entries())
      often[i] = often[i]! + flag;
  }
  // Binomial: mean 400, deviation 18; five deviations to either side.
  for (const count of often) assert.ok(Math.abs(count - 400) < 90, `held out ${count} times`);
});

test('labels that a part lacks', () => {
  const labels = Uint8Array.from([4, 4, 9, 1, 1]);
  const flags = Uint8Array.from([1, 0, 1, 0, 0]);
  assert.equal(labelsMissing(labels, flags, 1), [1]);
  assert.equal(labelsMissing(labels, flags, 0), [9]);
});

test.run();
