/** The exact sums, the sketch, the fingerprints and the list of images, each by itself. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fingerprint } from '../../../src/image/fingerprint.js';
import { ByteSums } from '../../../src/profile/byte-sums.js';
import { ExactSums, momentsOfTotals } from '../../../src/profile/exact-sums.js';
import { FloatSums } from '../../../src/profile/float-sums.js';
import { ImageList, mostImages } from '../../../src/profile/image-list.js';
import { Sketch } from '../../../src/profile/sketch.js';
import { paths } from '../../support/paths.js';

const test = suite('image/statistics: sums');
const deaf = { image() {} };

/** A double as a whole multiple of 2^-1074. */
function exactly(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & (2n ** 52n - 1n)) | (exponent > 0 ? 2n ** 52n : 0n);
  const size = mantissa << BigInt(Math.max(0, exponent - 1));
  return bits >> 63n ? -size : size;
}

test('ExactSums: rows of f32 are summed without rounding, from the least to the greatest', () => {
  const any = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(any, any), { maxLength: 40 }), (rows) => {
      const sums = new ExactSums(2);
      for (const row of rows) {
        const values = Float32Array.from([7, ...row]);
        sums.addRow(values, new Uint32Array(values.buffer), 1);
      }
      for (const i of [0, 1] as const) {
        const expected = rows.reduce((sum, row) => sum + exactly(row[i]), 0n);
        assert.is(sums.totals()[i], expected >> BigInt(1074 - 149));
        assert.is((expected >> BigInt(1074 - 149)) << BigInt(1074 - 149), expected);
      }
    }),
  );
});

test('ExactSums: doubles too, as far as f32 reaches down', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), { maxLength: 40 }),
      (values) => {
        const sums = new ExactSums(1);
        for (const value of values) sums.add(value);
        const expected = values.reduce((sum, value) => sum + exactly(value), 0n);
        const lost = expected - (sums.totals()[0]! << BigInt(1074 - 149));
        // Every double may lose half of 2^-149 and no more.
        assert.ok((lost < 0n ? -lost : lost) <= BigInt(values.length) << BigInt(1074 - 150));
      },
    ),
  );
});

test('ExactSums: the bins are emptied before they could round', () => {
  const sums = new ExactSums(1);
  const values = Float32Array.from([2 - 2 ** -23]);
  const bits = new Uint32Array(values.buffer);
  const times = 2 ** 22 + 5;
  for (let i = 0; i < times; i++) sums.addRow(values, bits, 0);
  sums.add(2 ** -140);
  const expected = BigInt(times) * exactly(2 - 2 ** -23) + exactly(2 ** -140);
  assert.is(sums.totals()[0]! << BigInt(1074 - 149), expected);
});

test('ExactSums: states read alike however they came about, and damaged ones are refused', () => {
  const [a, b] = [new ExactSums(2), new ExactSums(2)];
  for (const value of [1.5, -2.25, 1e10]) a.add(value, 1);
  for (const value of [1e10, 1.5, 100, -102.25]) b.add(value, 1);
  assert.equal(a.state(), b.state());
  assert.equal(a.state(), { exponent: -2, totals: ['0', (4e10 - 3).toString(16)] });
  const c = new ExactSums(2);
  c.absorb(a.state());
  assert.equal(c.totals(), a.totals());
  const sum = new ExactSums(1);
  assert.throws(() => sum.absorb({ exponent: 0, totals: ['1', '2'] }), /1 exact sums/);
  assert.throws(() => sum.absorb({ exponent: -150, totals: ['1'] }), /1 exact sums/);
  assert.throws(() => sum.absorb({ exponent: 0, totals: ['1g'] }), /hexadecimal/);
  assert.throws(() => sum.add(1e39), /beyond the range/);
});

test('moments of exact totals: no variance below zero, none lost beside a large mean', () => {
  const moments = (values: number[]) => {
    const sums = new ExactSums(2);
    for (const value of values) {
      sums.add(value, 0);
      sums.add(value * value, 1);
    }
    const [sum, squares] = sums.totals() as [bigint, bigint];
    return momentsOfTotals(values.length, sum, squares);
  };
  assert.equal(moments([0.7, 0.7, 0.7, 0.7]).deviation < 1e-8, true);
  assert.equal(moments([-1.5, -1.5, -1.5]), { mean: -1.5, deviation: 0 });
  assert.equal(moments([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]), {
    mean: 1e6 + 1.5,
    deviation: Math.sqrt(1.25),
  });
});

test('ByteSums: white images beyond every carry', () => {
  for (const [pixels, count] of [
    [1, 70_000],
    [5, 66_000],
    [4, 600],
  ] as const) {
    const sums = new ByteSums(pixels);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const white = new Uint8Array(pixels * count).fill(255);
    for (let at = 0; at < count; at += 1000)
      sums.add(
        white.subarray(at * pixels, (at + 1000) * pixels),
        labels.subarray(at, at + 1000),
        at,
        deaf,
      );
    const { mean, deviation, min, meanImage, deviationImage } = sums.overall();
    assert.equal([mean, deviation, min], [255, 0, 255]);
    assert.equal([...meanImage], new Array(pixels).fill(255));
    assert.equal([...(deviationImage ?? [])], new Array(pixels).fill(0));
    for (const { moments, meanImage } of sums.classes()) {
      assert.equal(moments, { mean: 255, deviation: 0 });
      assert.equal([...meanImage], new Array(pixels).fill(255));
    }
    assert.is(sums.histogram().counts[255], pixels * count);
    assert.is(sums.histogram().counts[0], 0, 'padding is not counted');
  }
});

test('FloatSums: pixels that are no numbers are refused, by image', () => {
  for (const wrong of [Number.NaN, Infinity, -Infinity, 1e19]) {
    const values = Float32Array.from([1, 2, 3, wrong, 5, 6]);
    assert.throws(
      () => new FloatSums(2).add(values, undefined, 10, deaf),
      (error: Error) =>
        error instanceof RangeError && error.message.startsWith('image 11 has a pixel'),
    );
  }
});

test('Sketch: quantiles to 1 in 8,192, extremes exactly, below zero as above', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, min: -300, max: 300 }), { minLength: 1, maxLength: 50 }),
      (values) => {
        const sketch = new Sketch();
        for (const value of values) sketch.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const shares = [0, 0.1, 0.5, 0.9, 1];
        for (const [i, found] of sketch.quantiles(shares).entries()) {
          const rank = Math.max(1, Math.ceil(shares[i]! * values.length - 1e-6));
          const exact = sorted[rank - 1]!;
          const room = i === 0 || i === 4 ? 0 : Math.max(Math.abs(exact) / 8192, 1e-38);
          assert.ok(Math.abs(found - exact) <= room, `${found} for ${exact}`);
        }
      },
    ),
    { numRuns: 30 },
  );
  assert.equal(new Sketch().quantiles([0.5]), []);
});

test('fingerprint: the first half of the original hash', () => {
  const cases = JSON.parse(
    readFileSync(join(paths.root, 'test/references/profile/fingerprints.json'), 'utf8'),
  ) as { bytes: number[]; words: number[] }[];
  assert.ok(cases.length > 5);
  for (const { bytes, words } of cases) {
    const data = new Uint32Array(Uint8Array.from(bytes).buffer);
    const out = new Uint32Array(4);
    fingerprint(Uint32Array.from([9, ...data]), 1, data.length, bytes.length, out, 2);
    assert.equal([...out], [0, 0, ...words]);
  }
});

test('ImageList: rows and groups as a plain search finds them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1 }))),
      (images) => {
        const list = new ImageList(4);
        for (const [word, label] of images) list.add(Uint32Array.from([word]), 0, 1, label);
        const words = images.map(([word]) => word);
        const rows = words
          .map((word, index) => ({ index, of: words.indexOf(word) }))
          .filter(({ index, of }) => index !== of);
        const groups = [...new Set(rows.map(({ of }) => of))];
        const members = groups.map((of) => images.filter(([word]) => word === words[of]));
        assert.equal(list.duplicates(), {
          images: rows.length,
          groups: groups.length,
          largest: Math.max(0, ...members.map((group) => group.length)),
          conflicting: members.filter((group) => new Set(group.map(([, l]) => l)).size > 1).length,
          rows,
        });
        assert.equal(
          list.withLabels((label) => label === 1),
          images.flatMap(([, label], i) => (label === 1 ? [i] : [])),
        );
      },
    ),
  );
});

test('ImageList: too many images are counted, and forgotten', () => {
  const list = new ImageList(4);
  list.add(Uint32Array.from([1]), 0, 1, 1);
  assert.ok(list.duplicates());
  list.absorbForgotten(mostImages);
  list.add(Uint32Array.from([1]), 0, 1, 1);
  assert.is(list.length, mostImages + 2);
  assert.is(list.duplicates(), undefined);
  assert.equal([...list.partial()], []);
  assert.equal(
    list.withLabels(() => true),
    [],
  );
});

test.run();
