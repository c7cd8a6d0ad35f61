/** Choosing images: what each step keeps, and in which order the steps are taken. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imagesNeeded, type Selection, selectPositions } from '../../../src/image/selection.js';
import { deriveKey } from '../../../src/random/key.js';

const test = suite('image: selection');
const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 3);

function select(selection: Selection, { count = 12, seed = 0 } = {}): number[] | undefined {
  const found = selectPositions(count, labels.subarray(0, count), selection, (purpose) =>
    deriveKey(seed, 'test', purpose),
  );
  return found && [...found];
}
const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);

test('nothing asked for is everything, as it comes', () => {
  assert.is(select({}), undefined);
  assert.is(select({ shuffle: false, stratify: false, from: undefined }), undefined);
});

test('from, to and every cut as slices do', () => {
  assert.equal(select({ from: 9 }), [9, 10, 11]);
  assert.equal(select({ to: 2 }), [0, 1]);
  assert.equal(select({ from: 3, to: 5 }), [3, 4]);
  assert.equal(select({ from: -2 }), [10, 11]);
  assert.equal(select({ to: -10 }), [0, 1]);
  assert.equal(select({ from: -100, to: 1 }), [0]);
  assert.equal(select({ from: 5, to: 3 }), []);
  assert.equal(select({ from: 100 }), []);
  assert.equal(select({ every: 5 }), [0, 5, 10]);
  assert.equal(select({ from: 1, to: 8, every: 3 }), [1, 4, 7]);
});

test('labels are chosen before anything is counted', () => {
  assert.equal(select({ labels: new Set([1]) }), [1, 4, 7, 10]);
  assert.equal(select({ labels: new Set([0, 2]), from: 2, to: 5 }), [3, 5, 6]);
  assert.equal(select({ labels: new Set([77]) }), []);
});

test('a sample is drawn from the cut, in order, each image once', () => {
  const drawn = select({ from: 6, sample: () => 3 })!;
  assert.is(new Set(drawn).size, 3);
  assert.equal(drawn, ascending(drawn));
  assert.ok(drawn.every((at) => at >= 6));
  assert.equal(select({ sample: (of) => of }), [...Array(12).keys()]);
  assert.throws(() => select({ to: 2, sample: () => 3 }), /^3 images cannot be drawn from 2$/);
});

test('a stratified sample has its share of each class', () => {
  const drawn = select({ sample: () => 6, stratify: true })!;
  assert.equal(drawn.map((at) => at % 3).sort(), [0, 0, 1, 1, 2, 2]);
});

test('shards are runs of what was drawn, and shuffling comes last', () => {
  const sample = () => 8;
  const whole = select({ sample })!;
  const shards = [0, 1, 2].map((index) => select({ sample, shard: { index, of: 3 } })!);
  assert.equal(shards.flat(), whole);
  assert.equal(
    shards.map((shard) => shard.length),
    [2, 3, 3],
  );
  const mixed = select({ sample, shard: { index: 1, of: 3 }, shuffle: true })!;
  assert.equal(ascending(mixed), shards[1]);
});

test('shards of any number cover any set, in order', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.integer({ min: 1, max: 40 }), (count, of) => {
      const shards = Array.from({ length: of }, (_, index) => [
        ...(selectPositions(count, undefined, { shard: { index, of } }, () => [0, 0, 0, 0]) ?? []),
      ]);
      assert.equal(shards.flat(), [...Array(count).keys()]);
      const sizes = shards.map((shard) => shard.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }),
  );
});

test('shuffling gives every order about as often', () => {
  const often = new Map<string, number>();
  for (let seed = 0; seed < 2400; seed++) {
    const order = String(select({ shuffle: true }, { count: 4, seed }));
    often.set(order, (often.get(order) ?? 0) + 1);
  }
  assert.is(often.size, 24);
  // Binomial: mean 100, deviation 9.8; five deviations to either side.
  for (const count of often.values()) assert.ok(Math.abs(count - 100) < 49, String(count));
});

test('one seed, one choice; sampling and shuffling do not share their numbers', () => {
  const both = (seed: number) => select({ sample: () => 5, shuffle: true }, { seed });
  assert.equal(both(3), both(3));
  assert.not.equal(both(3), both(4));
  const purposes: string[] = [];
  selectPositions(12, labels, { sample: () => 5, shuffle: true }, (purpose) => {
    purposes.push(purpose);
    return deriveKey(0, purpose);
  });
  assert.equal(purposes, ['sample', 'shuffle']);
});

test('the reach of a selection is where reading may stop', () => {
  assert.is(imagesNeeded({ to: 5 }), 5);
  assert.is(imagesNeeded({ from: 2, to: 5, every: 2, shuffle: true, sample: () => 1 }), 5);
  for (const selection of [{}, { to: -1 }, { from: -3, to: 5 }, { labels: new Set([1]), to: 5 }])
    assert.is(imagesNeeded(selection), Infinity);
});

test.run();
