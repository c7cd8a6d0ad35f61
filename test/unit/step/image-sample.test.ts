/** The images that first weights are made for: which ones, and in what units. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imageSample } from '../../../src/step/image-sample.js';

const test = suite('image sample');
const size = { rows: 1, columns: 2 };
const normalization = { kind: 'scale', per: 'pixel', mean: [0, 100], deviation: [1, 2] } as const;

/** Every image says which it is. */
function sampled(count: number, seed: number): number[][] {
  const pixels = Uint8Array.from({ length: count * 2 }, (_, i) =>
    i % 2 === 0 ? (i / 2) % 256 : Math.floor(i / 512),
  );
  const sample = imageSample({ ...size, normalization, seed }, { count, pixels })();
  assert.equal([sample.rows, sample.columns], [1, 2]);
  return Array.from({ length: sample.pixels.length / 2 }, (_, i) => [
    sample.pixels[2 * i]!,
    2 * sample.pixels[2 * i + 1]! + 100,
  ]);
}

const numbers = (images: number[][]) => images.map(([low = 0, high = 0]) => 256 * high + low);

test('all of a few, normalised', () => {
  assert.equal(
    numbers(sampled(300, 1)).sort((a, b) => a - b),
    Array.from({ length: 300 }, (_, i) => i),
  );
});

test('2,000 of many, each once, by the seed', () => {
  const images = numbers(sampled(5000, 1));
  assert.is(new Set(images).size, 2000);
  assert.equal(numbers(sampled(5000, 1)), images);
  assert.not.equal(numbers(sampled(5000, 2)), images);
  const mean = images.reduce((a, b) => a + b, 0) / 2000;
  assert.ok(Math.abs(mean - 2500) < 150, `drawn from all over: ${mean}`);
});

test.run();
