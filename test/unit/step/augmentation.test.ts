/** Augmentation in training: the recipe's section, and that it is what the pure functions do, whoever does the work. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FieldReader } from '../../../src/core/field-reader.js';
import { zeroProgress } from '../../../src/engine/engine.js';
import { onnxRuntimeEngine } from '../../../src/engine/onnxruntime/trainer.js';
import { openAugmenter } from '../../../src/image/augment/augment.js';
import { type Augmentation, noAugmentation, presets } from '../../../src/image/augment/spec.js';
import { Generator, permutation } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import { readAugmentation } from '../../../src/step/augmentation.js';
import type { TrainingPlan } from '../../../src/step/plan.js';
import { sharedBytes } from '../../../src/step/shared-memory.js';
import { madePlan, type PlanChanges } from '../../support/made-plan.js';

const test = suite('train: augmentation');
const read = (json: unknown) => readAugmentation(new FieldReader('augmentation', json));

test('a section: fields over those of the preset, nothing where nothing changes', () => {
  assert.equal(read({}), {});
  assert.equal(read({ fill: 'reflect', eraseArea: 0.3 }), {});
  assert.equal(read({ preset: 'light' }), { augmentation: presets.light });
  assert.equal(read({ preset: 'reference', flip: 'none', erase: 0.25 }), {
    augmentation: { ...presets.reference, flip: 'none', erase: 0.25 },
  });
  assert.equal(read({ translate: 3 }), { augmentation: { ...noAugmentation, translate: 3 } });
});

test('a section: what is wrong is named', () => {
  assert.throws(() => read({ rotate: 181 }), 'augmentation.rotate is 181; a number from 0 to 180');
  assert.throws(() => read({ translate: 1.5 }), 'augmentation.translate is 1.5; a whole number');
  assert.throws(() => read({ flip: true }), 'augmentation.flip is true; one of none, random');
  assert.throws(() => read({ preset: 'heavy' }), 'augmentation.preset is "heavy"; one of');
  assert.throws(() => read({ rotation: 15 }), 'augmentation.rotation is no field of augmentation');
});

const size = { rows: 8, columns: 7 };
const pixelsPerImage = size.rows * size.columns;
const count = 48;
const pixels = sharedBytes(count * pixelsPerImage);
for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 7919 + (i >> 6) * 31) % 256;
const classIndices = sharedBytes(count);
for (let i = 0; i < count; i++) classIndices[i] = i % 3;

const steps = 3;
const settings: PlanChanges = {
  model: {
    layers: [
      { kind: 'conv', filters: 4 },
      { kind: 'relu' },
      { kind: 'batch-norm' },
      { kind: 'max-pool' },
      { kind: 'flatten' },
      { kind: 'dropout', rate: 0.2 },
      { kind: 'dense', units: 'classes' },
    ],
  },
  ...size,
  classes: 3,
  normalization: { kind: 'scale', per: 'dataset', mean: [0], deviation: [255] },
  optimizer: {
    kind: 'sgd',
    learningRate: 0.05,
    weightDecay: 0,
    momentum: 0.9,
    nesterov: true,
  },
  schedule: { kind: 'constant' },
  span: { stepsPerEpoch: steps, totalSteps: 2 * steps },
  labelSmoothing: 0,
  seed: 11,
  batch: 16,
  replicas: 2,
  threads: 2,
};
const plan = madePlan(settings);

const augmentation: Augmentation = {
  ...presets.reference,
  translate: 1,
  erase: 0.5,
  flip: 'alternating',
};
const augmenting = madePlan({ ...settings, augmentation });

/** Two epochs by `plan` on `images`, which `prepare` may lay out anew before each. */
async function weightsAfter(
  plan: TrainingPlan,
  images: Uint8Array = pixels,
  prepare: (epoch: number) => void = () => {},
): Promise<Float32Array> {
  const set = { count, pixels: images, classIndices };
  const trainer = await onnxRuntimeEngine.createTrainer(plan, set);
  try {
    for (const epoch of [1, 2]) {
      prepare(epoch);
      const order = permutation(count, new Generator(deriveKey(epoch, 'test order')));
      await trainer.runEpoch({
        epoch,
        permutation: order,
        firstStep: (epoch - 1) * steps,
        steps,
        progress: zeroProgress,
        learningRateFactor: 1,
      });
    }
    return trainer.weights().parameters;
  } finally {
    await trainer.close();
  }
}

test('the same bytes for any number of threads', async () => {
  const two = await weightsAfter(augmenting);
  assert.equal(await weightsAfter({ ...augmenting, threads: 1 }), two);
  assert.not.equal(await weightsAfter(madePlan({ ...settings, augmentation: presets.light })), two);
});

test('what the pure functions give beforehand, trained on as it is', async () => {
  const ready = sharedBytes(pixels.length);
  const beforehand = (epoch: number) => {
    const key = deriveKey(plan.seed, 'fmnist-train', 'augmentation');
    const augment = openAugmenter(augmentation, size, key, epoch);
    for (let i = 0; i < count; i++) {
      const at = i * pixelsPerImage;
      augment({ pixels, at }, i, { pixels: ready, at });
    }
  };
  const expected = await weightsAfter(plan, ready, beforehand);
  assert.equal(await weightsAfter(augmenting), expected);
  assert.not.equal(await weightsAfter(plan), expected);
});

test.run();
