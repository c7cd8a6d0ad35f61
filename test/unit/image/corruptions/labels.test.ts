/** Wrong labels and shifted mixes of classes. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shiftedMix } from '../../../../src/image/corruptions/class-shift.js';
import { noisyLabels } from '../../../../src/image/corruptions/label-noise.js';
import { deriveKey } from '../../../../src/random/key.js';

const test = suite('image/corruptions: labels');
const key = deriveKey(2, 'test', 'labels');
const classes = [3, 7, 26, 255];
const labels = Uint8Array.from({ length: 4000 }, (_, i) => classes[i % 4]!);

test('the share asked for is wrong, each other class as often, and never the right one', () => {
  const noisy = noisyLabels(labels, 0.3, key);
  const wrong = [...noisy.keys()].filter((i) => noisy[i] !== labels[i]);
  // Six standard errors.
  assert.ok(Math.abs(wrong.length - 1200) < 6 * Math.sqrt(4000 * 0.3 * 0.7), `${wrong.length}`);
  const became = wrong.filter((i) => labels[i] === 7).map((i) => noisy[i]);
  for (const other of [3, 26, 255]) {
    const count = became.filter((label) => label === other).length;
    assert.ok(Math.abs(count - 100) < 6 * Math.sqrt(100), `${count} became ${other}`);
  }
  assert.ok(noisy.every((label) => classes.includes(label)));
  assert.ok(noisyLabels(labels, 1, key).every((label, i) => label !== labels[i]));
});

test('more noise keeps what less has made wrong; what follows and what stands before do not matter', () => {
  const [less, more] = [noisyLabels(labels, 0.1, key), noisyLabels(labels, 0.3, key)];
  for (const [i, label] of less.entries()) if (label !== labels[i]) assert.is(more[i], label);
  assert.equal(noisyLabels(labels.subarray(0, 50), 0.3, key), more.slice(0, 50));
  const late = noisyLabels(labels, 0.3, key, 1000);
  assert.equal(late.slice(0, 1000), labels.slice(0, 1000));
  assert.equal(late.slice(1000), more.slice(1000));
});

test('labels of one class cannot be confused', () => {
  assert.throws(() => noisyLabels(new Uint8Array(5), 0.5, key), /one class only/);
});

const shareOf = (kept: readonly boolean[], given: Uint8Array, label: number) => {
  const stay = given.filter((_, i) => kept[i]);
  return stay.filter((value) => value === label).length / stay.length;
};

test('a class gains or loses the points asked for; the others keep their mix', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 150, max: 400 }), { minLength: 3, maxLength: 5 }),
      fc.double({ min: -0.1, max: 0.4, noNaN: true }),
      (counts, amount) => {
        const given = Uint8Array.from(counts.flatMap((n, label) => Array(n).fill(10 * label)));
        const kept = shiftedMix(given, 10, amount, key);
        const before = counts[1]! / given.length;
        assert.ok(Math.abs(shareOf(kept, given, 10) - before - amount) < 0.01);
        const stay = (label: number) =>
          kept.filter((keep, i) => keep && given[i] === label).length / counts[label / 10]!;
        assert.ok(Math.abs(stay(0) - stay(20)) < 0.01);
        assert.is(amount > 0 ? stay(10) : stay(0), 1);
      },
    ),
  );
});

test('what cannot be is refused by name', () => {
  assert.throws(() => shiftedMix(labels, 7, 0.8, key), /its share would be 1\.05/);
  assert.throws(() => shiftedMix(labels, 7, -0.3, key), /its share would be -0\.05/);
  assert.throws(() => shiftedMix(labels, 8, 0.1, key), /has 0 of 4000 images in the class/);
  assert.throws(() => shiftedMix(new Uint8Array(9), 0, -0.5, key), /has 9 of 9 images/);
});

test.run();
