/** Mixup and CutMix: what is drawn, what becomes of images and targets, and what it depends on. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import { fillBatch, openTransforms, targetClass } from '../../../src/step/batch.js';
import { drawShare, mixInto, openMixer } from '../../../src/step/mixup.js';
import { difference } from '../../support/close.js';
import { madePlan, type PlanChanges } from '../../support/made-plan.js';

const test = suite('mixing');
const [rows, columns, classes, count] = [8, 6, 4, 40];
const size = rows * columns;
const pixels = Uint8Array.from({ length: count * size }, (_, i) => (i * 7919) % 251);
const images = { count, pixels, classIndices: Uint8Array.from({ length: count }, (_, i) => i % 4) };

test('shares have the mean and the variance of the beta distribution', () => {
  for (const alpha of [0.1, 0.2, 1, 4]) {
    const generator = new Generator(deriveKey(1, 'test', alpha));
    const draws = Array.from({ length: 20_000 }, () => drawShare(alpha, generator));
    assert.ok(draws.every((share) => share >= 0 && share <= 1));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / draws.length;
    assert.ok(Math.abs(mean - 0.5) < 0.012, `alpha ${alpha}: mean ${mean}`);
    const expected = 1 / (4 * (2 * alpha + 1));
    assert.ok(Math.abs(variance / expected - 1) < 0.05, `alpha ${alpha}: variance ${variance}`);
  }
  const tiny = new Generator(deriveKey(2, 'test'));
  for (let i = 0; i < 1000; i++) assert.ok(Number.isFinite(drawShare(1e-4, tiny)));
});

test('bytes', () => {
  const own = () => Uint8Array.of(0, 100, 200, 255, 10, 20);
  const other = Uint8Array.of(255, 200, 100, 0, 90, 80);
  const blended = own();
  mixInto(blended, other, { partner: 0, share: 0.75 }, 2);
  assert.equal([...blended], [64, 125, 175, 191, 30, 35]);
  const cut = own();
  const rectangle = { top: 1, left: 1, height: 2, width: 1 };
  mixInto(cut, other, { partner: 0, share: 4 / 6, rectangle }, 2);
  assert.equal([...cut], [0, 100, 200, 0, 10, 80]);
});

const settings: PlanChanges = {
  rows,
  columns,
  classes,
  labelSmoothing: 0.1,
  seed: 5,
  mixup: { alpha: 1, probability: 0.5 },
  cutmix: { alpha: 1, probability: 0.5 },
};
const plan = madePlan(settings);

function fill(numbers: readonly number[], epoch = 1, changes: PlanChanges = {}) {
  const order = Uint32Array.from(numbers);
  const feeds = {
    image: new Uint8Array(order.length * size),
    targets: new Float32Array(order.length * classes),
    masks: [],
  };
  const mixed = madePlan({ ...settings, ...changes });
  fillBatch(feeds, mixed, images, order, 0, openTransforms(mixed, images, epoch));
  return feeds;
}
const all = Array.from({ length: count }, (_, i) => i);

test('an image is mixed alike in any batch, and otherwise in another epoch or with another seed', () => {
  const whole = fill(all);
  for (const [at, i] of [31, 7, 12].entries()) {
    const { image, targets } = fill([31, 7, 12]);
    const part = <T extends Uint8Array | Float32Array>(values: T, place: number, length: number) =>
      [...values].slice(place * length, (place + 1) * length);
    assert.equal(part(image, at, size), part(whole.image, i, size));
    assert.equal(part(targets, at, classes), part(whole.targets, i, classes));
  }
  assert.not.equal(fill(all, 2).image, whole.image);
  assert.not.equal(fill(all, 1, { seed: 6 }).image, whole.image);
});

test('targets go with the images: by share, by area, and by label smoothing', () => {
  const mixer = openMixer(plan.recipe, plan, count, 1);
  const { image, targets } = fill(all);
  const kinds = { cut: 0, blended: 0, alone: 0 };
  for (const i of all) {
    const mixture = mixer?.(i);
    const expected = new Array<number>(classes).fill(0.025);
    const add = (image: number, share: number) => {
      const label = image % classes;
      expected[label] = expected[label]! + 0.9 * share;
    };
    add(i, mixture?.share ?? 1);
    if (mixture) add(mixture.partner, 1 - mixture.share);
    const row = targets.subarray(i * classes, (i + 1) * classes);
    assert.is(difference(row, expected, { absolute: 1e-6 }), undefined, `image ${i}`);
    if (!mixture) kinds.alone++;
    else if (!mixture.rectangle) kinds.blended++;
    else {
      kinds.cut++;
      const { top, left, height, width } = mixture.rectangle;
      assert.is(mixture.share, 1 - (height * width) / size);
      for (let p = 0; p < size; p++) {
        const [row, column] = [Math.floor(p / columns), p % columns];
        const inside = row >= top && row < top + height && column >= left && column < left + width;
        assert.is(image[i * size + p], pixels[(inside ? mixture.partner : i) * size + p]);
      }
    }
  }
  // A half, a quarter and a quarter of 40.
  assert.ok(kinds.cut >= 12 && kinds.blended >= 4 && kinds.alone >= 4, JSON.stringify(kinds));
});

test('nothing to mix', () => {
  assert.is(openMixer({}, { seed: 1, rows, columns }, count, 1), undefined);
});

test('the class of the largest target', () => {
  const targets = Float32Array.of(0.1, 0.7, 0.2, 0.4, 0.2, 0.4);
  assert.equal([targetClass(targets, 0, 3), targetClass(targets, 1, 3)], [1, 0]);
});

test.run();
