/** Features of images against NumPy and SciPy (make-reference.py), and what must hold of any image. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imageFeatures } from '../../../../src/drift/image-observations.js';
import type { ImageSize } from '../../../../src/image/augment/image.js';
import {
  featureNames,
  type ImageFeatures,
  measureImage,
  writtenFeatures,
} from '../../../../src/image/features/measure.js';
import { isClose } from '../../../support/close.js';
import { paths } from '../../../support/paths.js';

interface Reference extends ImageSize {
  readonly name: string;
  readonly pixels: readonly number[];
  readonly features: Readonly<Record<string, number>>;
}

const reference: readonly Reference[] = JSON.parse(
  readFileSync(join(paths.root, 'test/references/features/reference.json'), 'utf8'),
);
const test = suite('image/features');

for (const { name, pixels, features, ...size } of reference)
  test(`${name}: as SciPy measures it`, () => {
    const found = Object.entries(measureImage(Uint8Array.from(pixels), 0, size));
    assert.equal(found.map(([key]) => key).sort(), Object.keys(features).sort());
    for (const [key, value] of found)
      assert.ok(
        isClose(value, features[key]!, 1e-9),
        `${key} is ${value}; ${features[key]} was expected`,
      );
  });

const anyImage = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }) })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      pixels: fc.uint8Array({
        minLength: size.rows * size.columns,
        maxLength: size.rows * size.columns,
      }),
    }),
  );

const ranges: Readonly<Record<keyof ImageFeatures, readonly [number, number]>> = {
  brightness: [0, 255],
  contrast: [0, 127.5],
  sharpness: [0, 1020],
  edges: [0, 1],
  entropy: [0, 8],
  symmetry: [-1, 1],
  coverage: [0, 1],
  boxTop: [0, 1],
  boxLeft: [0, 1],
  boxHeight: [0, 1],
  boxWidth: [0, 1],
  centreRow: [0, 1],
  centreColumn: [0, 1],
  orientation: [-90, 90],
  elongation: [0, 1],
};

test('every figure is finite and within its range, wherever the image stands in memory', () => {
  fc.assert(
    fc.property(anyImage, ({ size, pixels }) => {
      const found = measureImage(pixels, 0, size);
      for (const [name, value] of Object.entries(found)) {
        const [least, most] = ranges[name as keyof ImageFeatures];
        assert.ok(value >= least - 1e-9 && value <= most + 1e-9, `${name} is ${value}`);
      }
      const among = Uint8Array.from([9, 255, ...pixels, 77]);
      assert.equal(measureImage(among, 2, size), found);
    }),
  );
});

test('the mirror image: what lies on the left lies on the right, and nothing else changes', () => {
  fc.assert(
    fc.property(anyImage, ({ size, pixels }) => {
      const { columns } = size;
      const mirrored = pixels.map((_, i) => pixels[i - 2 * (i % columns) + columns - 1]!);
      const [one, other] = [measureImage(pixels, 0, size), measureImage(mirrored, 0, size)];
      const close = (a: number | undefined, b: number | undefined) =>
        a === undefined ? assert.is(b, undefined) : assert.ok(isClose(a, b!, 1e-9));
      for (const name of ['brightness', 'contrast', 'sharpness', 'edges', 'entropy'] as const)
        close(one[name], other[name]);
      for (const name of ['symmetry', 'boxTop', 'boxWidth', 'centreRow'] as const)
        close(one[name], other[name]);
      if (one.centreColumn !== undefined) close(one.centreColumn, 1 - (other.centreColumn ?? 0));
    }),
  );
});

test('the negative keeps contrast, texture, entropy and symmetry', () => {
  const pixels = Uint8Array.from({ length: 80 }, (_, i) => (i * i * 7) % 256);
  const size = { rows: 8, columns: 10 };
  const [one, other] = [pixels, pixels.map((value) => 255 - value)].map((image) =>
    measureImage(image, 0, size),
  ) as [ImageFeatures, ImageFeatures];
  for (const name of ['contrast', 'sharpness', 'edges', 'entropy', 'symmetry'] as const)
    assert.ok(isClose(one[name]!, other[name]!, 1e-9), name);
  assert.ok(isClose(one.brightness, 255 - other.brightness));
});

test('what is written is in a fixed order, rounded, and lacks what the image lacks', () => {
  const written = writtenFeatures(
    measureImage(Uint8Array.of(0, 10, 0, 0, 90, 200), 0, { rows: 2, columns: 3 }),
  );
  assert.equal(
    Object.keys(written),
    featureNames.filter((name) => name in written),
  );
  assert.is(written.brightness, 50);
  assert.is(written.coverage, 0.333333);
  assert.equal(
    Object.keys(writtenFeatures(measureImage(new Uint8Array(4), 0, { rows: 2, columns: 2 }))),
    ['brightness', 'contrast', 'sharpness', 'edges', 'entropy', 'coverage'],
  );
});

test('drift takes them all, by the same names', () => {
  const { pixels, ...size } = reference[1]!;
  const bytes = Uint8Array.from(pixels);
  assert.equal(Object.fromEntries(imageFeatures(bytes, size)), measureImage(bytes, 0, size));
});

test.run();
