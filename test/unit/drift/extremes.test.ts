/** Images kept to be shown: the furthest at either end, in whatever order and pieces they come. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareToReference } from '../../../src/drift/comparison.js';
import { examplesOf } from '../../../src/drift/examples.js';
import { ImageExtremes } from '../../../src/drift/image-extremes.js';
import { WindowSketch } from '../../../src/drift/window-sketch.js';

const test = suite('drift/extremes');
/** The same memory for each, as a reader of a stream has it. */
const pixels = new Uint8Array(4);
const row = (value: number, label?: number) => {
  pixels.fill(value);
  return {
    kind: 'image' as const,
    features: [['brightness', value]] as const,
    label,
    image: { rows: 2, columns: 2, pixels },
  };
};
const values = (kept: ImageExtremes, end: 'least' | 'greatest') =>
  kept.of('brightness', end).map(({ value, image }) => `${value} ${image.pixels[3]}`);

test('both ends, the furthest first; images are copied', () => {
  const kept = new ImageExtremes(3);
  for (const value of [5, 9, 1, 7, 3, 8]) kept.add(row(value));
  kept.add({ kind: 'image', features: [['brightness', 99]] });
  assert.equal(values(kept, 'least'), ['1 1', '3 3', '5 5']);
  assert.equal(values(kept, 'greatest'), ['9 9', '8 8', '7 7']);
  assert.equal(
    kept.first.map(({ image }) => image.pixels[0]),
    [5, 9, 1],
  );
  assert.equal(kept.of('contrast', 'least'), []);
});

test('two add up, though an image stands at both ends', () => {
  const [a, b] = [new ImageExtremes(3), new ImageExtremes(3)];
  a.add(row(5));
  for (const value of [9, 1]) b.add(row(value));
  a.absorb(b);
  assert.equal(values(a, 'least'), ['1 1', '5 5', '9 9']);
  assert.equal(values(a, 'greatest'), ['9 9', '5 5', '1 1']);
});

test('examples are of what has drifted, on the side it has drifted to', () => {
  const options = { alpha: 0.01, correction: 'holm', test: 'ks', seed: 0 } as const;
  const made = (from: number) => {
    const sketch = new WindowSketch({ images: true });
    for (let i = 0; i < 100; i++) sketch.add(row(from + i, i % 10));
    return sketch;
  };
  const [low, high] = [made(0), made(90)];
  const up = examplesOf(compareToReference(low, high, options), high);
  assert.equal(
    up.map(({ feature, end }) => [feature, end]),
    [['brightness', 'greatest']],
  );
  assert.equal(up[0]?.images.map(({ value, label }) => [value, label])[0], [189, 9]);
  const [down] = examplesOf(compareToReference(high, low, options), low);
  assert.is(down?.end, 'least');
  assert.is(down?.images.length, 8);
  assert.equal(examplesOf(compareToReference(low, made(0), options), low), []);
  assert.equal(examplesOf(compareToReference(low, high, options), new WindowSketch()), []);
});

test.run();
