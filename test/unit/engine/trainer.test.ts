/** Training on worker threads: what the result depends on, and what it does not. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DivergedError, type EpochProgress, zeroProgress } from '../../../src/engine/engine.js';
import { onnxRuntimeEngine } from '../../../src/engine/onnxruntime/trainer.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import type { ModelSpec } from '../../../src/model/network.js';
import { Generator, permutation } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import type { TrainingImages, TrainingPlan } from '../../../src/step/plan.js';
import { sharedBytes } from '../../../src/step/shared-memory.js';
import { difference } from '../../support/close.js';
import { madePlan, type PlanChanges } from '../../support/made-plan.js';

const test = suite('trainer');
const [rows, columns, classes, count] = [7, 6, 3, 120];

/** Noise, with a bright column by class: something to learn. */
function madeImages(): TrainingImages {
  const generator = new Generator(deriveKey(1, 'test', 'trainer'));
  const pixels = sharedBytes(count * rows * columns);
  const classIndices = sharedBytes(count);
  for (let i = 0; i < count; i++) {
    classIndices[i] = i % classes;
    for (let p = 0; p < rows * columns; p++)
      pixels[i * rows * columns + p] =
        generator.below(120) + (p % columns === i % classes ? 120 : 0);
  }
  return { count, pixels, classIndices };
}

const images = madeImages();

const plain = [
  { kind: 'conv', filters: 4 },
  { kind: 'relu' },
  { kind: 'max-pool' },
  { kind: 'flatten' },
  { kind: 'dense', units: 'classes' },
];

/** Layers that make a result depend on the micro-batches. */
const normed = [
  { kind: 'conv', filters: 4 },
  { kind: 'batch-norm' },
  { kind: 'relu' },
  { kind: 'dropout', rate: 0.3 },
  { kind: 'flatten' },
  { kind: 'dense', units: 'classes' },
];

function planOf(layers: ModelSpec['layers'], changes: PlanChanges): TrainingPlan {
  const batch = changes.batch ?? 24;
  const stepsPerEpoch = Math.floor(count / batch);
  return madePlan({
    model: { layers },
    rows,
    columns,
    classes,
    optimizer: {
      kind: 'adamw',
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      weightDecay: 0.1,
    },
    span: { stepsPerEpoch, totalSteps: 3 * stepsPerEpoch },
    labelSmoothing: 0.1,
    seed: 0,
    batch,
    ...changes,
  });
}
/** Trains for three epochs. */
async function run(layers: ModelSpec['layers'], changes: PlanChanges = {}) {
  const plan = planOf(layers, changes);
  const trainer = await onnxRuntimeEngine.createTrainer(plan, images);
  try {
    const epochs: EpochProgress[] = [];
    const steps = plan.span.stepsPerEpoch;
    for (let epoch = 1; epoch <= 3; epoch++) {
      const order = permutation(count, new Generator(deriveKey(epoch, 'test', 'order')));
      epochs.push(
        await trainer.runEpoch({
          epoch,
          permutation: order,
          firstStep: (epoch - 1) * steps,
          steps,
          progress: zeroProgress,
          learningRateFactor: 1,
        }),
      );
    }
    return { ...trainer.weights(), epochs, judged: await trainer.evaluate(images) };
  } finally {
    await trainer.close();
  }
}

/** With weights that are made for the images, and that stay as they are. */
const whitened = [
  { kind: 'conv', filters: 8, initial: 'whitening', twins: true, bias: false },
  { kind: 'conv', filters: 4, kernel: 1, initial: 'dirac' },
  { kind: 'gelu' },
  { kind: 'squeeze-excite' },
  { kind: 'group-norm', groups: 2 },
  { kind: 'flatten' },
  { kind: 'dense', units: 'classes' },
];

test('frozen parameters keep their values, whatever the weight decay; the rest learns', async () => {
  const trainer = await onnxRuntimeEngine.createTrainer(planOf(whitened, {}), images);
  const first = trainer.weights().parameters;
  await trainer.close();
  const [one, two] = await Promise.all(
    [1, 2].map((threads) => run(whitened, { replicas: 2, threads })),
  );
  assert.equal(one, two);
  const { parameters = first, epochs = [], judged } = one ?? {};
  assert.equal(parameters.subarray(0, 72), first.subarray(0, 72));
  assert.ok(first.subarray(0, 72).every((v) => v !== 0));
  assert.ok(parameters.subarray(72).some((v, i) => v !== first[72 + i]));
  assert.ok((epochs[2]?.loss ?? 9) < 0.9 * (epochs[0]?.loss ?? 0), JSON.stringify(epochs));
  assert.ok((judged?.accuracy ?? 0) > 0.6, JSON.stringify(judged));
  const [other] = await Promise.all([run(whitened, { seed: 1 })]);
  assert.equal(
    [...other.parameters.subarray(0, 72)].map((v) => v.toFixed(3)),
    [...first.subarray(0, 72)].map((v) => v.toFixed(3)),
    'all images are looked at, in another order',
  );
});

test('it learns', async () => {
  const { epochs, judged } = await run(plain);
  const [first, , last] = epochs;
  // Sums over the epoch's images.
  assert.ok((last?.loss ?? 9) < 0.9 * (first?.loss ?? 0), JSON.stringify(epochs));
  assert.ok(judged.accuracy > 0.9, JSON.stringify(judged));
  assert.is(last?.steps, 5);
});

test('the same bytes for any number of threads', async () => {
  for (const layers of [plain, normed]) {
    const [one, ...others] = await Promise.all(
      [1, 2, 3].map((threads) => run(layers, { replicas: 4, threads })),
    );
    for (const other of others) assert.equal(other, one);
  }
});

test('the same bytes for the same seed, others for another', async () => {
  const [a, b, c] = await Promise.all(
    [0, 0, 1].map((seed) => run(normed, { seed, replicas: 2, threads: 2 })),
  );
  assert.equal(a, b);
  assert.ok(difference(a?.parameters ?? [], c?.parameters ?? [], { relative: 1e-2 }));
});

test('without batch norm and dropout, micro-batches add up to the whole batch', async () => {
  const whole = await run(plain);
  for (const replicas of [2, 8, 24]) {
    const sliced = await run(plain, { replicas, threads: 2 });
    const off = difference(sliced.parameters, whole.parameters, { relative: 1e-3, absolute: 1e-4 });
    assert.is(off, undefined, `${replicas} slices`);
    assert.ok(Math.abs(sliced.judged.loss - whole.judged.loss) < 1e-4);
    assert.is(sliced.judged.accuracy, whole.judged.accuracy);
  }
});

test('with dropout alone too: masks belong to the samples, not to the micro-batches', async () => {
  const layers = normed.filter(({ kind }) => kind !== 'batch-norm');
  const [whole, sliced] = await Promise.all([run(layers), run(layers, { replicas: 3 })]);
  const close = { relative: 1e-3, absolute: 1e-4 };
  assert.is(difference(sliced.parameters, whole.parameters, close), undefined);
});

test('with batch norm the micro-batches make a difference', async () => {
  const [whole, sliced] = await Promise.all([run(normed), run(normed, { replicas: 4 })]);
  assert.ok(difference(sliced.parameters, whole.parameters, { relative: 1e-2 }));
});

test('evaluation is of the current weights, and of every image', async () => {
  const plan = planOf(plain, { replicas: 2, threads: 2 });
  const trainer = await onnxRuntimeEngine.createTrainer(plan, images);
  const { parameters, statistics } = trainer.weights();
  assert.ok(Math.abs((await trainer.evaluate(images)).loss - Math.log(3)) < 0.5);
  trainer.restore({ ...trainer.state(), parameters: parameters.map(() => 0), statistics });
  const { loss, accuracy } = await trainer.evaluate(images);
  assert.ok(Math.abs(loss - Math.log(3)) < 1e-6, 'nothing is known');
  assert.is(accuracy, 1 / 3, 'the first class is named');
  const one = { count: 1, pixels: images.pixels.subarray(42, 84), classIndices: sharedBytes(1) };
  assert.is((await trainer.evaluate(one)).accuracy, 1);
  await trainer.close();
});

test('a requested end comes after the current step', async () => {
  const plan = planOf(plain, { batch: 4, replicas: 2, threads: 2 });
  const trainer = await onnxRuntimeEngine.createTrainer(plan, images);
  const order = permutation(count, new Generator(deriveKey(1, 'test', 'order')));
  const told: number[] = [];
  const outcome = await trainer.runEpoch({
    epoch: 1,
    permutation: Uint32Array.from({ length: count }, (_, i) => order[i]!),
    firstStep: 0,
    steps: 30,
    progress: zeroProgress,
    learningRateFactor: 1,
    shouldStop: () => true,
    onProgress: (steps) => told.push(steps),
  });
  assert.ok(outcome.steps <= 30);
  const rest = await trainer.runEpoch({
    epoch: 2,
    permutation: order,
    firstStep: 30,
    steps: 30,
    progress: zeroProgress,
    learningRateFactor: 1,
  });
  assert.is(rest.steps, 30, 'the next epoch starts afresh');
  await trainer.close();
});

test('divergence: the step, and every worker is done', async () => {
  const plan = planOf(plain, {
    replicas: 4,
    threads: 2,
    optimizer: { kind: 'sgd', learningRate: 1e30, momentum: 0, nesterov: false, weightDecay: 0 },
  });
  const trainer = await onnxRuntimeEngine.createTrainer(plan, images);
  const order = permutation(count, new Generator(deriveKey(1, 'test', 'order')));
  try {
    await trainer.runEpoch({
      epoch: 1,
      permutation: order,
      firstStep: 10,
      steps: 5,
      progress: zeroProgress,
      learningRateFactor: 1,
    });
    assert.unreachable('this cannot go well');
  } catch (error) {
    assert.instance(error, DivergedError);
    const { step, loss } = error as DivergedError;
    assert.ok(step >= 11 && step <= 15, `step ${step}`);
    assert.not.ok(Number.isFinite(loss));
  }
  await trainer.close();
});

test('a worker that fails fails the run, at once and ever after', async () => {
  const trainer = await onnxRuntimeEngine.createTrainer(planOf(plain, { threads: 1 }), images);
  const broken = { count: 2, pixels: sharedBytes(3), classIndices: sharedBytes(2) };
  const reasons: string[] = [];
  for (const set of [broken, images])
    await trainer.evaluate(set).then(
      () => assert.unreachable('three bytes are no image'),
      (error) => reasons.push(error.message),
    );
  assert.is(reasons.length, 2);
  assert.is(reasons[0], reasons[1]);
  await trainer.close();
});

test('a worker that cannot start', async () => {
  // A mean that does not fit the images: the graph is refused by every worker.
  const normalization = {
    ...scaleToUnit,
    per: 'pixel',
    mean: [1, 2, 3],
    deviation: [1, 2, 3],
  } as const;
  await onnxRuntimeEngine
    .createTrainer(planOf(plain, { normalization, replicas: 2, threads: 2 }), images)
    .then(
      () => assert.unreachable('it started'),
      (error) => assert.instance(error, Error),
    );
});

test.run();
