/** Test-time augmentation: a model with views inside against the plain model on images moved here. */

import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ttaOption } from '../../../src/cli/shared-options.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import { openTensorFlowPredictor } from '../../../src/engine/tensorflow/predictor.js';
import { augmentModel } from '../../../src/export/augmented-model.js';
import { openModel } from '../../../src/model/model.js';
import { encodeModel } from '../../../src/model/model-file.js';
import { augmentations, viewsOf } from '../../../src/model/test-time-augmentation.js';
import { difference } from '../../support/close.js';
import { predicted } from '../../support/predicted.js';
import { smallImages, smallModel, smallSize } from '../../support/small-model.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('model/augmented-model');
const { rows, columns, classes } = smallSize;
const size = rows * columns;
const model = smallModel([
  { kind: 'conv', filters: 3 },
  { kind: 'relu' },
  { kind: 'batch-norm' },
  { kind: 'max-pool' },
  { kind: 'flatten' },
  { kind: 'dense', units: 'classes' },
]);
const count = 21;
const images = smallImages(count);

test('the views of a small image', () => {
  assert.equal(viewsOf('flip', 2, 3), [
    { weight: 0.5, pixels: [0, 1, 2, 3, 4, 5] },
    { weight: 0.5, pixels: [2, 1, 0, 5, 4, 3] },
  ]);
  const views = viewsOf('flip+translate', 2, 3);
  assert.equal(
    views.map(({ weight }) => weight),
    [0.25, 0.25, 0.125, 0.125, 0.125, 0.125],
  );
  // Moved up and left by one, and the mirror image of that; then down and right.
  assert.equal(
    views.slice(2).map(({ pixels }) => pixels.join('')),
    ['455455', '554554', '001001', '100100'],
  );
});

test('the option offers all augmentations', () => {
  assert.equal(ttaOption.choices, augmentations);
});

/** Each image's rows mirrored. */
function mirrored(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let r = 0; r < pixels.length / columns; r++)
    out.set(pixels.slice(r * columns, (r + 1) * columns).reverse(), r * columns);
  return out;
}

/** Each image moved, its edges repeated. */
function moved(pixels: Uint8Array, down: number, right: number): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length / size; i++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const from = [Math.max(0, Math.min(rows - 1, r - down)), c - right];
        const column = Math.max(0, Math.min(columns - 1, from[1]!));
        out[i * size + r * columns + c] = pixels[i * size + from[0]! * columns + column]!;
      }
  return out;
}

async function logitsOf(pixels: Uint8Array): Promise<Float32Array> {
  return (await predicted(model.bytes, pixels, count)).logits;
}

/** The mean that is wanted, from plain predictions of images changed here. */
async function wanted(tta: (typeof augmentations)[number]): Promise<number[]> {
  const moves = tta === 'flip' ? [0] : [0, -1, 1];
  const shares = tta === 'flip' ? [1 / 2] : [1 / 4, 1 / 8, 1 / 8];
  const sum = new Array<number>(count * classes).fill(0);
  for (const [i, by] of moves.entries())
    for (const image of [moved(images, by, by), mirrored(moved(images, by, by))])
      for (const [j, logit] of (await logitsOf(image)).entries())
        sum[j] = sum[j]! + shares[i]! * logit;
  return sum;
}

for (const tta of augmentations)
  test(`${tta}: the mean of the views' logits, in both engines`, async () => {
    await tf.setBackend('cpu');
    const expected = await wanted(tta);
    const plain = await logitsOf(images);
    const bytes = augmentModel(openModel(model.bytes, 'm'), tta).bytes;
    assert.ok(plain.some((logit, i) => Math.abs(logit - expected[i]!) > 0.01));
    for (const predictor of [
      await openOnnxPredictor(openModel(bytes, 'm'), 1),
      openTensorFlowPredictor(tf as never, openModel(bytes, 'm')),
    ]) {
      const { logits, probabilities } = await predictor.predict(images, count);
      assert.is(difference([...logits], expected, { relative: 1e-5, absolute: 1e-5 }), undefined);
      const row = [...logits.slice(0, classes)].map(Math.exp);
      const total = row.reduce((a, b) => a + b);
      assert.ok(Math.abs(probabilities[0]! - row[0]! / total) < 1e-5);
      assert.is(predictor.info.tta, tta);
      await predictor.close();
    }
  });

test('metadata of an augmented model', async () => {
  const bytes = augmentModel(openModel(model.bytes, 'm'), 'flip').bytes;
  const { info } = openModel(bytes, 'm');
  assert.is(info.tta, 'flip');
  const record = info.lineage.history.at(-1);
  assert.is(record?.program, 'fmnist-export');
  assert.equal(record?.options, { tta: 'flip' });
  const { digest } = openModel(model.bytes, 'm').info;
  assert.equal(record?.read, [{ sha256: digest, bytes: model.bytes.length }]);
  assert.equal(augmentModel(openModel(model.bytes, 'm'), 'flip').bytes, bytes);
  assert.is(
    await troubleOf(async () => augmentModel(openModel(bytes, 'm'), 'flip+translate').bytes),
    'm: has test-time augmentation inside already (flip); a model without was expected',
  );
});

test('an unknown augmentation is refused', async () => {
  const bytes = encodeModel({ ...model.info, tta: 'swap' as never }, model.weights, '0');
  // It would be refused on reading, before anything is run.
  assert.match(
    await troubleOf(async () => openModel(bytes, 'm')),
    'fmnist.tta is "swap"; flip or flip+translate was expected',
  );
});

test.run();
