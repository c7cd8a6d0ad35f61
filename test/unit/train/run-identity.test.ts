/** Which run may go on from whose checkpoint. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecipe } from '../../../src/train/recipe.js';
import { differencesOf, type RunIdentity } from '../../../src/train/run-identity.js';

const test = suite('run identity');

const base = {
  model: { layers: [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }] },
  optimizer: { kind: 'sgd', learningRate: 0.1 },
  epochs: 10,
};

function identity(recipe: object = {}, changes: Partial<RunIdentity> = {}): RunIdentity {
  return {
    fmnist: '1.0.0',
    engine: 'onnxruntime 1.30.0',
    seed: 0,
    recipe: readRecipe({ ...base, ...recipe }),
    training: 'SHA-256 0123456789abcdef0123456789abcdef',
    validation: 'a share of 0.1',
    ...changes,
  };
}

const differences = (then: RunIdentity, now: RunIdentity, over = 5) =>
  differencesOf(then, now, over);

test('the same run', () => {
  assert.equal(differences(identity(), identity()), []);
});

test('a recipe under another name, described in other words', () => {
  const renamed = identity({ name: 'other', describe: 'the same at heart' });
  assert.equal(differences(identity(), renamed), []);
  assert.equal(differences(identity({ batch: 32 }), renamed), ['recipe.batch was 32 and is 64']);
});

test('differences are named, with both values', () => {
  const changes = {
    fmnist: '1.1.0',
    engine: 'onnxruntime 1.31.0',
    seed: 1,
    training: 'SHA-256 fedcba9876543210fedcba9876543210',
    validation: 'none',
    teacher: 'SHA-256 00112233445566778899',
  };
  assert.equal(differences(identity(), identity({}, changes)), [
    'fmnist was 1.0.0 and is 1.1.0',
    'engine was onnxruntime 1.30.0 and is onnxruntime 1.31.0',
    'seed was 0 and is 1',
    'training was SHA-256 0123456789abcde… and is SHA-256 fedcba987654321…',
    'validation was a share of 0.1 and is none',
    'teacher was absent and is SHA-256 001122334455667…',
  ]);
});

test('any field of the recipe', () => {
  const other = {
    model: { layers: [{ kind: 'flatten' }, { kind: 'dense', units: 5 }, { kind: 'relu' }] },
    optimizer: { kind: 'adam', learningRate: 0.1 },
    batch: 32,
    augmentation: { preset: 'light' },
  };
  assert.equal(differences(identity(), identity(other)), [
    'recipe.model.layers.1.units was classes and is 5',
    'recipe.model.layers.2 was absent and is {"kind":"relu"}',
    'recipe.optimizer.kind was sgd and is adam',
    'recipe.optimizer.momentum was 0.9 and is absent',
    'recipe.optimizer.nesterov was true and is absent',
    'recipe.optimizer.beta1 was absent and is 0.9',
    'recipe.optimizer.beta2 was absent and is 0.999',
    'recipe.optimizer.epsilon was absent and is 1e-7',
    'recipe.batch was 64 and is 32',
    'recipe.augmentation was absent and is {"rotate":0,"shift":0,"…',
  ]);
});

test('another number of epochs, where the epochs so far do not depend on it', () => {
  const step = { schedule: { kind: 'step', everyEpochs: 2, factor: 0.5 } };
  for (const recipe of [{}, step]) {
    const [ten, twenty] = [identity(recipe), identity({ ...recipe, epochs: 20 })];
    assert.equal(differences(ten, twenty, 10), []);
    assert.equal(differences(twenty, ten, 10), []);
    assert.equal(differences(twenty, ten, 11), ['recipe.epochs was 20 and is 10']);
  }
  const falling = { schedule: { kind: 'warmup-stable-decay', decay: 0.2 } };
  const [ten, twenty] = [identity(falling), identity({ ...falling, epochs: 20 })];
  assert.equal(differences(ten, twenty, 8), []);
  assert.equal(differences(twenty, ten, 8), []);
  assert.equal(differences(ten, twenty, 9), ['recipe.epochs was 10 and is 20']);
  assert.equal(differences(twenty, ten, 9), ['recipe.epochs was 20 and is 10']);
  const late = { average: { decay: 0.9, from: 0.5 } };
  for (const recipe of [
    { schedule: { kind: 'cosine' } },
    { schedule: { kind: 'one-cycle' } },
    late,
  ]) {
    const [ten, twenty] = [identity(recipe), identity({ ...recipe, epochs: 20 })];
    assert.equal(differences(ten, twenty), ['recipe.epochs was 10 and is 20']);
    assert.equal(differences(ten, ten), []);
  }
});

test.run();
