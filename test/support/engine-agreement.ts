/** That an engine on TensorFlow.js does what the one on ONNX Runtime does: the same tests for any backend that is handed in. */

import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { DivergedError, type Engine, zeroProgress } from '../../src/engine/engine.js';
import { openOnnxPredictor } from '../../src/engine/onnxruntime/predictor.js';
import { onnxRuntimeEngine } from '../../src/engine/onnxruntime/trainer.js';
import { openTensorFlowPredictor } from '../../src/engine/tensorflow/predictor.js';
import { openTensorFlowStep } from '../../src/engine/tensorflow/step.js';
import { tensorFlowEngine } from '../../src/engine/tensorflow/trainer.js';
import type { TensorFlow } from '../../src/model/contexts.js';
import { openModel } from '../../src/model/model.js';
import { shapeNetwork } from '../../src/model/network.js';
import type { TrainingImages, TrainingPlan } from '../../src/step/plan.js';
import type { Recipe } from '../../src/step/recipe.js';
import { sharedBytes } from '../../src/step/shared-memory.js';
import { runTraining } from '../../src/train/loop.js';
import { planTraining } from '../../src/train/plan.js';
import { readRecipe } from '../../src/train/recipe.js';
import type { TrainingData } from '../../src/train/training-data.js';
import { layerModels } from './layer-models.js';
import {
  smallClasses as classes,
  smallSize as size,
  smallImages,
  smallModel,
} from './small-model.js';
import { asFed, centred, openStep } from './step.js';

/** The largest difference, in parts of the largest value. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.is(actual.length, expected.length);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    assert.ok(Number.isFinite(a) && Number.isFinite(e), `value ${i} is ${a}; ${e} was expected`);
    difference = Math.max(difference, Math.abs(a - e));
    largest = Math.max(largest, Math.abs(e));
  }
  return largest === 0 ? difference : difference / largest;
}

const batch = 4;

/** Adds the tests to a suite; the largest differences go to standard output. */
export function addAgreementTests(test: Test, tf: TensorFlow): void {
  const largest = new Map<string, number>();
  const agree = (
    what: string,
    actual: ArrayLike<number>,
    expected: ArrayLike<number>,
    limit: number,
  ) => {
    const found = largestDifference(actual, expected);
    largest.set(what, Math.max(found, largest.get(what) ?? 0));
    assert.ok(found <= limit, `${what} differ by ${found}; at most ${limit} was expected`);
  };

  for (const [name, layers] of Object.entries(layerModels)) {
    test(`a step: ${name}`, async () => {
      const step = await openStep({ layers }, size, batch);
      const expected = await step.run();
      const before = tf.memory().numTensors;
      const ours = openTensorFlowStep(tf, step.network, {
        ...size,
        normalization: centred,
        recipe: { batch, replicas: 1 },
        seed: 0,
      });
      ours.image.set(step.images);
      ours.targets.set(step.targets);
      ours.parameters.set(step.parameters);
      for (const [i, port] of ours.masks.entries())
        port.values.set(asFed(step.masks[i]!, port, batch));
      await ours.run();
      assert.is(tf.memory().numTensors, before, 'every tensor is disposed of');
      agree('losses', [ours.losses.reduce((a, b) => a + b, 0)], [expected.loss], 1e-5);
      const gradients = ours.gradients.map((gradient) => gradient * batch);
      agree('gradients', gradients, expected.gradients, 2e-5);
      agree('batch statistics', ours.statistics, expected.statistics, 1e-5);
    });

    test(`predictions: ${name}`, async () => {
      const { bytes } = smallModel(layers);
      const images = smallImages(batch);
      const before = tf.memory().numTensors;
      const [theirs, ours] = [
        await openOnnxPredictor(openModel(bytes, 'model'), 1),
        openTensorFlowPredictor(tf, openModel(bytes, 'model')),
      ];
      const [expected, actual] = [
        await theirs.predict(images, batch),
        await ours.predict(images, batch),
      ];
      await theirs.close();
      await ours.close();
      assert.is(tf.memory().numTensors, before, 'every tensor is disposed of');
      agree('logits', actual.logits, expected.logits, 1e-5);
      agree('probabilities', actual.probabilities, expected.probabilities, 1e-5);
    });
  }

  const wholeRun = async (recipe: Recipe, fall: number) => {
    const before = tf.memory().numTensors;
    const [expected, actual] = [
      await trainOn(recipe, onnxRuntimeEngine),
      await trainOn(recipe, tensorFlowEngine(tf)),
    ];
    assert.is(tf.memory().numTensors, before, 'every tensor is disposed of');
    assert.ok(expected.losses.at(-1)! < fall * expected.losses[0]!);
    agree('losses of a run', actual.losses, expected.losses, 1e-5);
    agree('validation losses of a run', actual.validationLosses, expected.validationLosses, 1e-5);
    agree('accuracies of a run', actual.accuracies, expected.accuracies, 0);
    agree('weights after a run', actual.weights.parameters, expected.weights.parameters, 1e-5);
    agree('running figures', actual.weights.statistics, expected.weights.statistics, 1e-5);
  };
  test('a training run', () => wholeRun(recipe, 0.7));
  test('a training run on images that grow', () => wholeRun(growing, 1));

  test('a training run with a teacher', () => wholeRun(taught, 1));

  test('a run that goes on from a state, as if it had never stopped', async () => {
    const engine = tensorFlowEngine(tf);
    const plan = planOf(recipe);
    const training = bars(96, 1);
    const order = Uint32Array.from({ length: 96 }, (_, i) => (i * 37) % 96);
    const epoch = { epoch: 1, permutation: order, firstStep: 0, steps: 6, learningRateFactor: 1 };
    const whole = await engine.createTrainer(plan, training);
    const expected = await whole.runEpoch({ ...epoch, progress: zeroProgress });
    const first = await engine.createTrainer(plan, training);
    const begun = await first.runEpoch({ ...epoch, steps: 2, progress: zeroProgress });
    const second = await engine.createTrainer(plan, training);
    second.restore(first.state());
    assert.equal(await second.runEpoch({ ...epoch, progress: begun }), expected);
    assert.equal(second.state(), whole.state());
    assert.throws(
      () => second.restore({ parameters: new Float32Array(1) }),
      /^a state of parameters × 1; /,
    );
  });

  test('a loss that is not finite ends a run', async () => {
    const plan = planOf({ ...recipe, optimizer: { ...recipe.optimizer, learningRate: 1e30 } });
    const trainer = await tensorFlowEngine(tf).createTrainer(plan, bars(96, 1));
    const order = Uint32Array.from({ length: 96 }, (_, i) => i);
    const epoch = {
      epoch: 1,
      permutation: order,
      firstStep: 0,
      steps: 6,
      learningRateFactor: 1,
      progress: zeroProgress,
    };
    try {
      await trainer.runEpoch(epoch);
      assert.unreachable('it went on');
    } catch (error) {
      assert.instance(error, DivergedError);
    }
  });

  test.after(() => {
    for (const [what, difference] of largest)
      process.stdout.write(`\nFIGURE: ${what}: largest difference ${difference.toExponential(1)}`);
    process.stdout.write('\n');
  });
}

/** All that a recipe can ask for at once, on a few images of bars that can be told apart. */
const recipe: Recipe = readRecipe({
  model: {
    layers: [
      { kind: 'conv', filters: 8, initial: 'whitening', twins: true, bias: false },
      // Without a bias: right before a batch normalisation its gradient is nothing but rounding, which Adam makes much of.
      { kind: 'conv', filters: 4, bias: false },
      { kind: 'batch-norm', momentum: 0.9 },
      { kind: 'relu' },
      { kind: 'dropout', rate: 0.1 },
      { kind: 'max-pool' },
      { kind: 'residual', layers: [{ kind: 'conv', filters: 4 }, { kind: 'silu' }] },
      { kind: 'squeeze-excite', reduction: 2 },
      { kind: 'flatten' },
      { kind: 'dropout', rate: 0.2 },
      { kind: 'dense', units: 'classes' },
    ],
  },
  augmentation: { translate: 1, flip: 'random' },
  optimizer: { kind: 'adamw', learningRate: 0.01 },
  schedule: { kind: 'one-cycle' },
  mixup: { alpha: 0.4, probability: 0.5 },
  cutmix: { alpha: 1, probability: 0.3 },
  average: { decay: 0.95, everySteps: 4 },
  labelSmoothing: 0.1,
  batch: 16,
  replicas: 2,
  epochs: 5,
});

/** The same weights at every size: pooled to one value a filter, which hides much of where a bar is. */
const growing: Recipe = {
  ...recipe,
  model: {
    layers: recipe.model.layers.map((layer) =>
      layer.kind === 'flatten' ? { kind: 'average-pool' } : layer,
    ),
  },
  resizing: { initialScale: 0.6, delayFraction: 0.3, finetuneFraction: 0.4, sizeIncrement: 2 },
};

const teacherLayers = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }];

/** Learns from a model that sees the images whole all the while. */
const taught: Recipe = { ...growing, teacher: { temperature: 2, weight: 0.6 } };

function bars(count: number, seed: number): TrainingImages {
  const { rows, columns } = size;
  const pixels = sharedBytes(count * rows * columns);
  const classIndices = sharedBytes(count);
  for (let i = 0; i < count; i++) {
    classIndices[i] = i % 3;
    for (let p = 0; p < rows * columns; p++) {
      const noise = ((i * rows * columns + p) * 7919 + seed) % 97;
      const onBar = Math.floor(p / columns) === 1 + 2 * (i % 3);
      pixels[i * rows * columns + p] = (onBar ? 140 : 20) + noise;
    }
  }
  return { count, pixels, classIndices };
}

function planOf(recipe: Recipe): TrainingPlan {
  const { rows, columns } = size;
  const training = { ...bars(96, 1), rows, columns, source: 'bars', classes };
  const data = { training, normalization: centred } as unknown as TrainingData;
  const teacher = recipe.teacher && { model: smallModel(teacherLayers).bytes };
  return planTraining(recipe, data, { seed: 3, threads: 1, teacher });
}

async function trainOn(recipe: Recipe, engine: Engine) {
  const [training, validation] = [bars(96, 1), bars(30, 5)];
  const plan = planOf(recipe);
  const losses: number[] = [];
  const validationLosses: number[] = [];
  const accuracies: number[] = [];
  const result = await runTraining({
    engine,
    plan,
    training,
    validation,
    onProgress: () => {},
    shouldStop: () => false,
    onEpoch: async (epoch) => {
      losses.push(epoch.loss);
      accuracies.push(epoch.accuracy, epoch.validationAccuracy!);
      validationLosses.push(epoch.validationLoss!);
    },
  });
  assert.ok(result);
  assert.is(result.weights.parameters.length, shapeNetwork(plan.recipe.model, plan).parameterCount);
  return { losses, validationLosses, accuracies, weights: result.weights };
}
