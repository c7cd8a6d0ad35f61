/** Progressive resizing: the size of each epoch, and the images that a step is fed. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FieldReader } from '../../../src/core/field-reader.js';
import { areaAverage } from '../../../src/image/area-average.js';
import { fillBatch, openTransforms } from '../../../src/step/batch.js';
import { readResizing, sizeInEpoch, sizesOf } from '../../../src/step/progressive-resizing.js';
import { madePlan } from '../../support/made-plan.js';

const test = suite('resizing');
const whole = { rows: 28, columns: 28 };
const read = (section: object) => readResizing(new FieldReader('resizing', section)).resizing;

test('absent, or whole from the beginning', () => {
  assert.equal([read({}), read({ initialScale: 1, delayFraction: 0.3 })], [undefined, undefined]);
  assert.equal(read({ initialScale: 0.5 }), {
    initialScale: 0.5,
    delayFraction: 0.5,
    finetuneFraction: 0.2,
    sizeIncrement: 4,
  });
});

test('fractions of more than all epochs are refused', () => {
  assert.throws(
    () => read({ initialScale: 0.5, delayFraction: 0.7, finetuneFraction: 0.4 }),
    (error: Error) =>
      error.message ===
      'resizing.delayFraction and resizing.finetuneFraction are 0.7 and 0.4; no more than 1 together was expected',
  );
});

const sides = (section: object, size: typeof whole, epochs: number) => {
  const spec = read(section);
  assert.ok(spec);
  return Array.from({ length: epochs }, (_, i) => sizeInEpoch(spec, size, i + 1, epochs));
};
const rowsOf = (section: object, epochs: number) =>
  sides(section, whole, epochs).map(({ rows, columns }) => {
    assert.is(rows, columns);
    return rows;
  });

test('small, then growing, then whole', () => {
  assert.equal(rowsOf({ initialScale: 0.5 }, 10), [16, 16, 16, 16, 16, 16, 20, 24, 28, 28]);
  const evenly = { initialScale: 0.5, delayFraction: 0, finetuneFraction: 0, sizeIncrement: 1 };
  assert.equal(rowsOf(evenly, 7), [14, 16, 18, 20, 22, 24, 26]);
  const atOnce = { initialScale: 0.7, delayFraction: 0.5, finetuneFraction: 0.5 };
  assert.equal(rowsOf(atOnce, 4), [20, 20, 28, 28]);
  const never = { initialScale: 0.7, delayFraction: 1, finetuneFraction: 0 };
  assert.equal(rowsOf(never, 3), [20, 20, 20]);
});

test('no smaller than a step of growth, no larger than the image', () => {
  const [first] = sides({ initialScale: 0.1 }, { rows: 3, columns: 50 }, 1);
  assert.equal(first, { rows: 3, columns: 4 });
});

test('all sizes, each once', () => {
  const spec = read({ initialScale: 0.5 });
  assert.ok(spec);
  const list = sizesOf(spec, { rows: 28, columns: 14 }, 100);
  assert.equal(
    list.map(({ rows, columns }) => `${rows} × ${columns}`),
    ['16 × 8', '20 × 8', '20 × 12', '24 × 12', '28 × 12', '28 × 14'],
  );
});

test('means over areas', () => {
  // By hand: 3 pixels on 2 are 1½ each.
  assert.equal(
    [...areaAverage([0, 30, 60], { rows: 1, columns: 3 }, { rows: 1, columns: 2 })],
    [10, 50],
  );
  const four = areaAverage(
    [1, 2, 5, 6, 3, 4, 7, 9],
    { rows: 2, columns: 4 },
    { rows: 1, columns: 2 },
  );
  assert.equal([...four], [2.5, 6.75]);
});

test('step inputs: whole images, and the same ones smaller, augmented and mixed alike', () => {
  const [rows, columns, classes, count] = [6, 4, 2, 5];
  const pixels = Uint8Array.from({ length: count * 24 }, (_, i) => (i * 7919) % 256);
  const images = { count, pixels, classIndices: Uint8Array.from([0, 1, 0, 1, 1]) };
  const resizing = read({ initialScale: 0.5, sizeIncrement: 1 })!;
  const span = { stepsPerEpoch: 1, totalSteps: 4 };
  const plan = madePlan({
    ...{ rows, columns, classes, labelSmoothing: 0, seed: 3, span, resizing },
    mixup: { alpha: 1, probability: 1 },
  });
  const order = Uint32Array.of(4, 0, 2);
  const fill = (epoch: number, reduced: Uint8Array | undefined) => {
    const feeds = {
      image: new Uint8Array(order.length * 24),
      reduced,
      targets: new Float32Array(order.length * classes),
      masks: [],
    };
    fillBatch(feeds, plan, images, order, 0, openTransforms(plan, images, epoch));
    return feeds;
  };
  const { image, reduced } = fill(1, new Uint8Array(order.length * 6));
  const small = (of: Uint8Array, i: number) =>
    [...areaAverage(of.subarray(24 * i, 24 * (i + 1)), plan, { rows: 3, columns: 2 })].map(
      Math.round,
    );
  assert.equal(
    [...(reduced ?? [])],
    [0, 1, 2].flatMap((i) => small(image, i)),
  );
  assert.not.equal(
    [...(reduced ?? [])],
    [...order].flatMap((i) => small(pixels, i)),
    'mixed',
  );
  assert.is(openTransforms(plan, images, 4).reduce, undefined, 'the last epoch sees whole images');
});

test.run();
