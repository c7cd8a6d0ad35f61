/** What is drawn for an image, and from what it may depend. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Geometry } from '../../../../src/image/augment/affine.js';
import { drawGeometry, openAugmenter, placeImage } from '../../../../src/image/augment/augment.js';
import {
  type Augmentation,
  changesImages,
  noAugmentation,
  presets,
} from '../../../../src/image/augment/spec.js';
import { Generator } from '../../../../src/random/generator.js';
import { deriveKey } from '../../../../src/random/key.js';
import { difference } from '../../../support/close.js';

const test = suite('image/augment');
const size = { rows: 6, columns: 5 };
const pixels = size.rows * size.columns;
const key = deriveKey(3, 'test', 'augment');

/** Image number i of a set, different in every pixel and number. */
const imageOf = (index: number) =>
  Uint8Array.from({ length: pixels }, (_, p) => (1 + 37 * p + 101 * index) % 256);

function augmented(spec: Augmentation, epoch: number, index: number): Uint8Array {
  const out = new Uint8Array(pixels);
  openAugmenter(
    spec,
    size,
    key,
    epoch,
  )({ pixels: imageOf(index), at: 0 }, index, {
    pixels: out,
    at: 0,
  });
  return out;
}

const mirrored = (image: Uint8Array) => image.map((_, p) => image[p - 2 * (p % 5) + 4]!);

test('what stands still comes out as it went in', () => {
  for (const fill of ['zero', 'nearest', 'reflect'] as const)
    assert.equal(augmented({ ...noAugmentation, fill }, 1, 4), imageOf(4));
  assert.not(changesImages(noAugmentation));
  for (const preset of Object.values(presets)) assert.ok(changesImages(preset));
});

test('a quarter turn is against the clock, about the middle', () => {
  const still = { left: 0, up: 0, shear: 0, zoomX: 1, zoomY: 1, right: 0, down: 0 };
  const target = { pixels: new Uint8Array(9), at: 0 };
  const source = { pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), at: 0 };
  const turn: Geometry = { ...still, rotate: 90, flip: false };
  placeImage(source, { rows: 3, columns: 3 }, turn, { fill: 'zero' }, target);
  assert.equal([...target.pixels], [3, 6, 9, 2, 5, 8, 1, 4, 7]);
});

test('what happens to an image depends on key, epoch and number, and not on what was done before', () => {
  const spec = { ...presets.reference, erase: 0.5 };
  const alone = (epoch: number, index: number) => augmented(spec, epoch, index);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.array(fc.nat(100000), { minLength: 2, maxLength: 9 }),
      (epoch, indices) => {
        const augment = openAugmenter(spec, size, key, epoch);
        const source = new Uint8Array(indices.length * pixels);
        for (const [i, index] of indices.entries()) source.set(imageOf(index), i * pixels);
        const out = new Uint8Array(source.length);
        for (const [i, index] of indices.entries())
          augment({ pixels: source, at: i * pixels }, index, { pixels: out, at: i * pixels });
        for (const [i, index] of indices.entries())
          assert.equal(out.slice(i * pixels, (i + 1) * pixels), alone(epoch, index));
      },
    ),
    { numRuns: 30 },
  );
  assert.not.equal(alone(1, 5), alone(2, 5));
});

test('recorded bytes: the draws of an image are part of what a seed means', () => {
  const spec = { ...presets.reference, erase: 1, eraseArea: 0.2 };
  assert.equal([...augmented(spec, 1, 0)], recorded);
});

const recorded = [
  81, 50, 45, 75, 109, 157, 193, 118, 33, 81, 89, 137, 180, 162, 75, 89, 81, 129, 180, 108, 104, 62,
  73, 229, 155, 200, 222, 29, 24, 85,
];

test('draws stay within their ranges, fill them, and are centred', () => {
  const spec: Augmentation = {
    ...noAugmentation,
    rotate: 15,
    shift: 0.5,
    shear: 0.2,
    zoom: 0.3,
    translate: 2,
    flip: 'random',
  };
  const generator = new Generator(key);
  const drawn = Array.from({ length: 4000 }, () => drawGeometry(spec, size, false, generator));
  const ranges: [(g: Geometry) => number, number][] = [
    [(g) => g.rotate, 15],
    [(g) => g.left, 2.5],
    [(g) => g.up, 3],
    [(g) => g.shear, 0.2],
    [(g) => g.zoomX - 1, 0.3],
    [(g) => g.zoomY - 1, 0.3],
    [(g) => (g.flip ? 1 : -1), 1],
  ];
  for (const [value, range] of ranges) {
    const values = drawn.map(value);
    assert.ok(Math.max(...values) <= range && Math.max(...values) > 0.99 * range);
    assert.ok(Math.min(...values) >= -range && Math.min(...values) < -0.99 * range);
    // Six standard errors of a mean of 4,000; an even spread has a deviation of range / √3, a coin one of range.
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    assert.ok(Math.abs(mean) < (6 * range) / Math.sqrt(4000), `${value} has mean ${mean}`);
  }
  for (const axis of ['right', 'down'] as const) {
    const counts = [-2, -1, 0, 1, 2].map((d) => drawn.filter((g) => g[axis] === d).length);
    assert.is(
      counts.reduce((sum, n) => sum + n, 0),
      4000,
    );
    for (const n of counts) assert.ok(Math.abs(n - 800) < 6 * Math.sqrt(800));
  }
});

test('an alternating flip: every image in every second epoch, half of them in the first', () => {
  const spec: Augmentation = { ...noAugmentation, flip: 'alternating' };
  let first = 0;
  for (let index = 0; index < 400; index++) {
    const flipped = [1, 2, 3, 4].map((epoch) => {
      const image = augmented(spec, epoch, index);
      const flip = difference(image, imageOf(index)) !== undefined;
      assert.equal(image, flip ? mirrored(imageOf(index)) : imageOf(index));
      return flip;
    });
    assert.equal(flipped, [flipped[0], !flipped[0], flipped[0], !flipped[0]]);
    if (flipped[0]) first++;
  }
  assert.ok(Math.abs(first - 200) < 60, `${first} of 400`);
});

test('erasing touches nothing but its rectangle; the rest is as it were without', () => {
  for (const base of [presets.reference, presets.light]) {
    const [plain, erased] = [0, 1].map((erase) =>
      Array.from({ length: 50 }, (_, i) =>
        augmented({ ...base, erase, eraseArea: 0.1, eraseWith: 'zero' }, 1, i),
      ),
    ) as [Uint8Array[], Uint8Array[]];
    for (const [i, image] of plain.entries()) {
      const differing = image.filter((value, p) => value !== erased[i]?.[p]);
      assert.ok(differing.length <= 6, `${differing.length} pixels of image ${i}`);
      assert.ok(image.every((value, p) => [value, 0].includes(erased[i]![p]!)));
    }
  }
});

test.run();
