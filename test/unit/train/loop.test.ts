/** The training loop, on an engine that is a script: which weights are kept, when it ends, what is told. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DivergedError, type Engine, type EpochPlan } from '../../../src/engine/engine.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import type { EpochRecord } from '../../../src/ndjson/records.js';
import type { TrainingImages, TrainingPlan } from '../../../src/step/plan.js';
import { runTraining, type TrainingRun } from '../../../src/train/loop.js';
import { readRecipe } from '../../../src/train/recipe.js';

const test = suite('training loop');

const images: TrainingImages = {
  count: 10,
  pixels: new Uint8Array(10),
  classIndices: new Uint8Array(10),
};

interface Script {
  /** Validation loss of each epoch; without it there is no validation set. */
  readonly losses?: readonly number[];
  /** An interrupt in the middle of this epoch. */
  readonly interruptIn?: number;
  /** An interrupt behind this epoch, while it is told. */
  readonly interruptAfter?: number;
  readonly recipe?: object;
  /** The engine fails in this epoch. */
  readonly failIn?: number;
}

/** Runs the loop; the weights after epoch e are [e]. */
async function play({ losses, interruptIn, interruptAfter, recipe, failIn }: Script) {
  const plans: EpochPlan[] = [];
  const told: EpochRecord[] = [];
  let stop = false;
  let closed = 0;
  const engine: Engine = {
    name: 'onnxruntime',
    createTrainer: async () => ({
      async runEpoch(plan) {
        plans.push(plan);
        const epoch = plans.length;
        if (epoch === failIn) throw new Error('out of order');
        if (epoch === interruptIn) stop = true;
        plan.onProgress?.(1, 0.5, 0.25);
        // 9 images an epoch.
        return { steps: plan.shouldStop?.() ? 1 : plan.steps, loss: 9 / epoch, correct: 4.5 };
      },
      async evaluate(set) {
        assert.is(set.count, 10);
        return { loss: losses?.[plans.length - 1] ?? Number.NaN, accuracy: plans.length / 100 };
      },
      weights: () => ({
        parameters: Float32Array.of(plans.length),
        statistics: new Float32Array(0),
      }),
      state: () => ({ weights: Float32Array.of(plans.length) }),
      restore: () => assert.unreachable('the loop restores nothing'),
      async close() {
        closed++;
      },
    }),
  };
  const full = readRecipe({
    model: { layers: [{ kind: 'flatten' }] },
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    schedule: { kind: 'step', everyEpochs: 2, factor: 0.5 },
    batch: 3,
    replicas: 1,
    epochs: 4,
    ...recipe,
  });
  const plan: TrainingPlan = {
    recipe: full,
    rows: 1,
    columns: 1,
    classes: 2,
    normalization: scaleToUnit,
    span: { stepsPerEpoch: 3, totalSteps: 3 * full.epochs },
    seed: 5,
    threads: 1,
  };
  const progress: number[][] = [];
  const run: TrainingRun = {
    engine,
    plan,
    training: images,
    validation: losses ? images : undefined,
    onEpoch: async (record) => {
      told.push(record);
      if (record.epoch === interruptAfter) stop = true;
    },
    onProgress: (...report) => progress.push(report),
    shouldStop: () => stop,
  };
  let result: Awaited<ReturnType<typeof runTraining>>;
  let error: Error | undefined;
  try {
    result = await runTraining(run);
  } catch (thrown) {
    error = thrown as Error;
  }
  assert.is(closed, 1, 'the trainer is closed, whatever happens');
  return { result, error, plans, told, progress };
}

test('without validation the last weights are kept', async () => {
  const { result, plans, told, progress } = await play({});
  assert.equal([...(result?.weights.parameters ?? [])], [4]);
  assert.equal([result?.epoch.epoch, result?.epochsRun, result?.end], [4, 4, 'planned']);
  assert.equal(
    plans.map(({ firstStep, steps, learningRateFactor }) => [firstStep, steps, learningRateFactor]),
    [
      [0, 3, 1],
      [3, 3, 1],
      [6, 3, 1],
      [9, 3, 1],
    ],
  );
  assert.equal(
    told.map(({ epoch, step, learningRate, loss, best }) => [
      epoch,
      step,
      learningRate,
      loss,
      best,
    ]),
    [
      [1, 3, 0.1, 1, undefined],
      [2, 6, 0.1, 1 / 2, undefined],
      [3, 9, 0.05, 1 / 3, undefined],
      [4, 12, 0.05, 1 / 4, undefined],
    ],
  );
  assert.equal(progress[2], [21, 3, 0.5, 0.25]);
});

test('every epoch has a permutation of its own: each image once', async () => {
  const { plans } = await play({});
  const orders = plans.map(({ permutation: order }) => [...order]);
  for (const order of orders)
    assert.equal(
      order.toSorted((a, b) => a - b),
      [...new Array(10).keys()],
    );
  assert.is(new Set(orders.map(String)).size, 4);
  assert.equal(
    (await play({})).plans.map(({ permutation: order }) => [...order]),
    orders,
  );
});

test('the weights of the lowest validation loss are kept', async () => {
  const { result, told } = await play({ losses: [0.5, 0.3, 0.4, 0.35] });
  assert.equal([...(result?.weights.parameters ?? [])], [2]);
  assert.is(result?.end, 'planned');
  assert.is(result?.epochsRun, 4);
  assert.equal(result?.epoch, told[1]);
  assert.equal(
    told.map(({ validationLoss, validationAccuracy, best }) => [
      validationLoss,
      validationAccuracy,
      best,
    ]),
    [
      [0.5, 0.01, true],
      [0.3, 0.02, true],
      [0.4, 0.03, false],
      [0.35, 0.04, false],
    ],
  );
});

test('or those of the highest validation accuracy', async () => {
  const recipe = { monitor: 'accuracy' };
  const { result, told } = await play({ losses: [0.5, 0.3, 0.4, 0.35], recipe });
  assert.equal([...(result?.weights.parameters ?? [])], [4]);
  assert.equal(
    told.map(({ best }) => best),
    [true, true, true, true],
  );
});

test('patience ends it', async () => {
  const recipe = { epochs: 9, stopping: { patience: 2 } };
  const { result, told } = await play({ losses: [3, 1, 2, 2, 0, 0, 0, 0, 0], recipe });
  assert.equal([result?.epoch.epoch, result?.epochsRun, result?.end], [2, 4, 'patience']);
  assert.is(told.length, 4);
  const last = await play({ losses: [1, 2, 2], recipe: { epochs: 3, stopping: { patience: 2 } } });
  assert.is(last.result?.end, 'planned', 'it would have ended here anyway');
});

test('a plateau lowers the learning rate of the epochs after it', async () => {
  const recipe = {
    epochs: 5,
    plateau: { patience: 2, factor: 0.1 },
    schedule: { kind: 'constant' },
  };
  const { plans, told } = await play({ losses: [1, 1, 1, 1, 1], recipe });
  const factors = plans.map(({ learningRateFactor }) => learningRateFactor);
  assert.equal(factors, [1, 1, 1, 0.1, 0.1]);
  assert.ok(Math.abs((told[3]?.learningRate ?? 0) - 0.01) < 1e-12);
});

test('an interrupt in the middle of an epoch keeps the best before it', async () => {
  const { result, told } = await play({ losses: [0.5, 0.6, 0.1], interruptIn: 3 });
  assert.equal([...(result?.weights.parameters ?? [])], [1]);
  assert.equal([result?.epoch.epoch, result?.epochsRun, result?.end], [1, 2, 'interrupt']);
  assert.is(told.length, 2);
  const plain = await play({ interruptIn: 3 });
  assert.equal([...(plain.result?.weights.parameters ?? [])], [2]);
});

test('an interrupt between two epochs', async () => {
  const { result, plans } = await play({ interruptAfter: 2 });
  assert.equal([result?.epoch.epoch, result?.epochsRun, result?.end], [2, 2, 'interrupt']);
  assert.is(plans.length, 2);
});

test('an interrupt that comes when all is done changes nothing', async () => {
  const { result } = await play({ interruptAfter: 4 });
  assert.equal([result?.epoch.epoch, result?.epochsRun, result?.end], [4, 4, 'planned']);
});

test('an interrupt in the first epoch leaves nothing', async () => {
  const { result, error, told } = await play({ interruptIn: 1 });
  assert.equal([result, error, told], [undefined, undefined, []]);
});

test('a validation loss that is no number', async () => {
  const { error, told } = await play({ losses: [0.5, Number.POSITIVE_INFINITY] });
  assert.instance(error, DivergedError);
  const { step, loss, images: which } = error as DivergedError;
  assert.equal([step, loss, which], [6, Number.POSITIVE_INFINITY, 'validation']);
  assert.is(told.length, 1);
});

test('an engine that fails', async () => {
  const { error, told } = await play({ failIn: 2 });
  assert.is(error?.message, 'out of order');
  assert.is(told.length, 1);
});

test.run();
