/** Recipe and data together: what fits, and the words where it does not. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import { planTraining } from '../../../src/train/plan.js';
import { readRecipe } from '../../../src/train/recipe.js';
import type { TrainingData } from '../../../src/train/training-data.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('training plans');

const dataOf = (count: number): TrainingData => ({
  training: {
    source: 'train.idx',
    count,
    rows: 4,
    columns: 3,
    pixels: new Uint8Array(0),
    classIndices: new Uint8Array(0),
    classes: { names: ['a', 'b'], labels: [3, 9] },
    annotation: undefined,
    streamNormalization: undefined,
    digest: { sha256: '', bytes: 0 },
  },
  validation: undefined,
  heldOut: undefined,
  normalization: scaleToUnit,
});

const head = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }];
const plan = (count: number, changes: object = {}, threads = 2) => {
  const recipe = readRecipe({
    name: 'x',
    model: { layers: head },
    optimizer: { kind: 'sgd', learningRate: 1 },
    batch: 8,
    replicas: 4,
    epochs: 5,
    ...changes,
  });
  return planTraining(recipe, dataOf(count), { seed: 7, threads });
};

test('steps, classes and threads', () => {
  const { span, classes, threads, seed, normalization } = plan(23);
  assert.equal(span, { stepsPerEpoch: 2, totalSteps: 10 });
  assert.equal([classes, threads, seed], [2, 2, 7]);
  assert.is(normalization, scaleToUnit);
  assert.is(plan(8, {}, 64).threads, 4, 'never more than replicas');
  assert.is(plan(8).span.stepsPerEpoch, 1);
});

const refused: readonly [string, number, object, string][] = [
  [
    'fewer images than a batch',
    7,
    {},
    'train.idx: holds 7 images to train on; at least one batch of 8 was expected (--set batch=…)',
  ],
  [
    'one image',
    1,
    {},
    'train.idx: holds 1 image to train on; at least one batch of 8 was expected (--set batch=…)',
  ],
  [
    'layers that do not fit',
    64,
    { model: { layers: [{ kind: 'max-pool', size: 4 }, ...head] } },
    'recipe x: model.layers.0: max-pool of 4 × 4 does not fit 4 × 3 pixels',
  ],
  [
    'a last layer that is not the classes',
    64,
    { model: { layers: [{ kind: 'flatten' }] } },
    'recipe x: the model ends in 12 values; one for each of 2 classes was expected (a dense layer with "units": "classes")',
  ],
  [
    'nothing to train',
    64,
    {
      model: {
        layers: [
          { kind: 'max-pool', size: 3 },
          { kind: 'flatten' },
          { kind: 'dropout', rate: 0.5 },
        ],
      },
    },
    'recipe x: the model ends in 1 values; one for each of 2 classes was expected (a dense layer with "units": "classes")',
  ],
  [
    'nothing but frozen weights',
    64,
    {
      model: {
        layers: [
          { kind: 'conv', filters: 2, bias: false, initial: 'whitening' },
          { kind: 'average-pool' },
        ],
      },
    },
    'recipe x: all its weights are frozen; there is nothing to train',
  ],
  [
    'weights that depend on the size of the image, where that changes',
    64,
    { resizing: { initialScale: 0.5, sizeIncrement: 1 } },
    "recipe x: resizing: at 2 × 2 pixels, 'dense1.kernel' has 4 × 2 weights and not 12 × 2; the same at all sizes were expected (an average-pool before the first dense layer)",
  ],
  [
    'layers that do not fit smaller images',
    64,
    {
      resizing: { initialScale: 0.5, sizeIncrement: 1 },
      model: { layers: [{ kind: 'max-pool', size: 3 }, ...head] },
    },
    'recipe x: resizing: at 2 × 2 pixels, model.layers.0: max-pool of 3 × 3 does not fit 2 × 2 pixels',
  ],
  [
    'more weights than a file holds',
    64,
    {
      model: {
        layers: [
          { kind: 'flatten' },
          { kind: 'dense', units: 100_000_000 },
          { kind: 'dense', units: 'classes' },
        ],
      },
    },
    'recipe x: its layers have 1500000002 weights; at most 268435456 were expected',
  ],
];

for (const [name, count, changes, message] of refused)
  test(`refused: ${name}`, async () => {
    assert.is(await troubleOf(() => plan(count, changes)), message);
  });

test('layers without weights that end in the classes by chance', async () => {
  const data = dataOf(64);
  const recipe = readRecipe({
    name: 'x',
    model: { layers: [{ kind: 'max-pool', size: 2 }, { kind: 'flatten' }] },
    optimizer: { kind: 'sgd', learningRate: 1 },
    batch: 8,
    epochs: 1,
  });
  assert.is(
    await troubleOf(() => planTraining(recipe, data, { seed: 0, threads: 1 })),
    'recipe x: its layers have no weights; there is nothing to train',
  );
});

test.run();
