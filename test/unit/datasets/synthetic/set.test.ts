import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fashionClasses } from '../../../../src/datasets/classes.js';
import { syntheticSet } from '../../../../src/datasets/synthetic/set.js';
import { paths } from '../../../support/paths.js';

const test = suite('synthetic garments');

const images = (split: 'train' | 'test', count: number, seed = 0) => {
  const set = syntheticSet(split, count, seed);
  return { labels: set.labels, pixels: Array.from(set.labels, (_, i) => set.image(i)) };
};
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('every ten labels in a row hold each class once', () => {
  const { labels } = syntheticSet('train', 200, 3);
  for (let start = 0; start < 200; start += 10) {
    const ten = [...labels.subarray(start, start + 10)].sort((a, b) => a - b);
    assert.equal(ten, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  assert.not.equal(labels.subarray(0, 10), labels.subarray(10, 20));
});

test('a shorter set is the beginning of a longer one, also when ten does not divide it', () => {
  const short = images('train', 23, 5);
  const long = images('train', 60, 5);
  assert.equal(short.labels, long.labels.subarray(0, 23));
  assert.equal(short.pixels, long.pixels.slice(0, 23));
});

test('seeds and splits share no image', () => {
  const seen = new Set<string>();
  for (const [split, seed] of [
    ['train', 0],
    ['test', 0],
    ['train', 1],
    ['test', 1],
  ] as const)
    for (const picture of images(split, 200, seed).pixels) seen.add(digest(picture));
  assert.is(seen.size, 800);
});

test('the fixture holds what the generator draws', () => {
  const bytes = gunzipSync(readFileSync(join(paths.fixtures, 'garments-train.idx.gz')));
  const { labels, pixels } = images('train', 200);
  const tail = bytes.subarray(bytes.length - 200 * 784);
  assert.is(digest(tail), digest(Buffer.concat(pixels)));
  assert.ok(bytes.includes(Buffer.from(labels)));
});

test('pictures are bright garments on black, within the frame for the most part', () => {
  for (const picture of images('test', 200).pixels) {
    const lit = picture.filter((value) => value > 0).length;
    assert.ok(lit > 60 && lit < 640, `${lit} pixels are lit`);
    assert.ok(Math.max(...picture) > 40);
    const corners = [0, 27, 27 * 28, 783].map((i) => picture[i]);
    assert.ok(corners.filter((value) => value === 0).length >= 2);
  }
});

test('the classes can be told apart, but not by their mean images alone', () => {
  const train = images('train', 1000);
  const means = fashionClasses.map((_, label) => mean(train, label));
  const { labels, pixels } = images('test', 500);
  let right = 0;
  for (const [i, picture] of pixels.entries()) {
    const distances = means.map((m) => distance(picture, m));
    if (distances.indexOf(Math.min(...distances)) === labels[i]) right++;
  }
  assert.ok(right / 500 > 0.6 && right / 500 < 0.9, `nearest mean: ${right / 500}`);
});

type Images = { labels: Uint8Array; pixels: Uint8Array[] };

function mean({ labels, pixels }: Images, label: number): Float64Array {
  const chosen = pixels.filter((_, i) => labels[i] === label);
  return Float64Array.from(
    { length: 784 },
    (_, p) => chosen.reduce((sum, picture) => sum + picture[p]!, 0) / chosen.length,
  );
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

test.run();
