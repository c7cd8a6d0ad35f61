/** Random erasing: how large, where, and with what. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openAugmenter } from '../../../../src/image/augment/augment.js';
import { drawRectangle, eraseRectangle } from '../../../../src/image/augment/erase.js';
import { type Erasure, erasures, noAugmentation } from '../../../../src/image/augment/spec.js';
import { Generator } from '../../../../src/random/generator.js';
import { deriveKey } from '../../../../src/random/key.js';

const test = suite('image/augment: erasing');
const key = deriveKey(5, 'test', 'erase');

test('a rectangle lies inside the image, whatever its size and shape', () => {
  const generator = new Generator(key);
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.double({ min: 0.02, max: 1, noNaN: true }),
      (rows, columns, area) => {
        const { top, left, height, width } = drawRectangle({ rows, columns }, area, generator);
        assert.ok(height >= 1 && width >= 1 && top >= 0 && left >= 0);
        assert.ok(top + height <= rows && left + width <= columns);
      },
    ),
  );
});

test('areas from 2 % to the largest, evenly; shapes from 0.3 to 1 / 0.3; anywhere', () => {
  const generator = new Generator(key);
  const size = { rows: 1000, columns: 1000 };
  const drawn = Array.from({ length: 3000 }, () => drawRectangle(size, 0.3, generator));
  const areas = drawn.map(({ height, width }) => (height * width) / 1e6);
  assert.ok(Math.min(...areas) > 0.0195 && Math.max(...areas) < 0.301);
  const mean = areas.reduce((sum, a) => sum + a, 0) / areas.length;
  assert.ok(Math.abs(mean - 0.16) < 0.01, `mean area ${mean}`);
  const shapes = drawn.map(({ height, width }) => Math.log(height / width));
  assert.ok(Math.max(...shapes) < 1.21 && Math.max(...shapes) > 1.19);
  assert.ok(Math.min(...shapes) > -1.21 && Math.min(...shapes) < -1.19);
  const centre = drawn.map(({ top, height }) => (top + height / 2) / 1000);
  assert.ok(Math.abs(centre.reduce((sum, c) => sum + c, 0) / 3000 - 0.5) < 0.02);
});

const rectangle = { top: 1, left: 2, height: 2, width: 3 };
const size = { rows: 4, columns: 6 };
const erased = (erasure: Erasure) => {
  const pixels = Uint8Array.from({ length: 26 }, (_, i) => 10 * i);
  eraseRectangle({ pixels, at: 1 }, size, rectangle, erasure, new Generator(key));
  return [...pixels];
};
const inside = [9, 10, 11, 15, 16, 17];

for (const erasure of erasures) {
  test(`${erasure}: the rectangle, and nothing beside it`, () => {
    for (const [i, value] of erased(erasure).entries())
      if (!inside.includes(i)) assert.is(value, (10 * i) % 256);
  });
}

test('what is filled in: black, the mean of the image, bytes of all values', () => {
  assert.equal(
    inside.map((i) => erased('zero')[i]),
    [0, 0, 0, 0, 0, 0],
  );
  assert.equal(
    inside.map((i) => erased('mean')[i]),
    [125, 125, 125, 125, 125, 125],
  );
  const pixels = new Uint8Array(40000);
  const all = { top: 0, left: 0, height: 200, width: 200 };
  eraseRectangle({ pixels, at: 0 }, { rows: 200, columns: 200 }, all, 'noise', new Generator(key));
  const mean = pixels.reduce((sum, v) => sum + v, 0) / pixels.length;
  assert.ok(Math.abs(mean - 127.5) < 2, `mean ${mean}`);
  assert.is(new Set(pixels).size, 256);
});

test('as often as asked for', () => {
  const spec = { ...noAugmentation, erase: 0.25, eraseWith: 'zero' as const };
  const augment = openAugmenter(spec, size, key, 1);
  const white = { pixels: new Uint8Array(24).fill(255), at: 0 };
  let count = 0;
  for (let i = 0; i < 2000; i++) {
    const out = new Uint8Array(24);
    augment(white, i, { pixels: out, at: 0 });
    if (out.includes(0)) count++;
  }
  assert.ok(Math.abs(count - 500) < 6 * Math.sqrt(375), `${count} of 2000`);
});

test.run();
