/** The average of the weights: its turns, its decay, and that both engines' trainers judge and keep it. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zeroProgress } from '../../../src/engine/engine.js';
import { onnxRuntimeEngine } from '../../../src/engine/onnxruntime/trainer.js';
import { startedWith } from '../../../src/engine/state.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import { sharedBytes } from '../../../src/step/shared-memory.js';
import { averageDecay, updateAverage } from '../../../src/step/weight-averaging.js';
import { difference } from '../../support/close.js';
import { madePlan } from '../../support/made-plan.js';

const test = suite('average');
const span = { stepsPerEpoch: 6, totalSteps: 24 };

test('steps that update the average, and the decay', () => {
  const turns = Array.from({ length: 12 }, (_, step) =>
    averageDecay({ decay: 0.6, everySteps: 4, from: 0 }, step, span),
  );
  const no = undefined;
  // Behind steps 4, 6, 10 and 12: the first is a copy; then 4 steps old, 2 went by; 6 and 4; 10 and 2.
  const kept = [0, (4 / 13) ** 2, (6 / 15) ** 4, (10 / 19) ** 2];
  assert.equal(turns, [no, no, no, kept[0], no, kept[1], no, no, no, kept[2], no, kept[3]]);
  assert.is(averageDecay({ decay: 0.4, everySteps: 1, from: 0 }, 23, span), 0.4);
});

test('before averaging begins, the average is the weights', () => {
  const decays = Array.from({ length: 24 }, (_, step) =>
    averageDecay({ decay: 0.9, everySteps: 1, from: 0.5 }, step, span),
  );
  assert.equal(decays.slice(0, 13), new Array(13).fill(0));
  assert.equal(decays.slice(13, 16), [1 / 10, 2 / 11, 3 / 12]);
});

test('an average updated in part', () => {
  const average = Float32Array.of(1, 1, 1, 1);
  updateAverage(average, Float32Array.of(5, 5, 5, 5), 0.75, 1, 3);
  assert.equal(average, Float32Array.of(1, 2, 2, 1));
});

test('initial weights are their own average at first, where the recipe averages', () => {
  const [fresh, given, other] = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)];
  const weights = { parameters: given, statistics: other };
  const plain = { parameters: fresh, statistics: fresh, 'optimizer.0': fresh };
  assert.equal(startedWith(plain, weights), { ...plain, ...weights });
  const averages = { 'average.parameters': fresh, 'average.statistics': fresh };
  assert.equal(startedWith({ ...plain, ...averages }, weights), {
    ...plain,
    ...weights,
    'average.parameters': given,
    'average.statistics': other,
  });
});

test('the trainer averages weights and running statistics, and evaluates and returns the averages', async () => {
  const [rows, columns, count] = [4, 4, 24];
  const pixels = sharedBytes(count * 16).map((_, i) => (i * 7919) % 256);
  const images = { count, pixels, classIndices: sharedBytes(count).map((_, i) => i % 3) };
  const plan = madePlan({
    model: {
      layers: [
        { kind: 'flatten' },
        { kind: 'dense', units: 5 },
        { kind: 'batch-norm', momentum: 0.5 },
        { kind: 'dense', units: 'classes' },
      ],
    },
    rows,
    columns,
    classes: 3,
    normalization: scaleToUnit,
    optimizer: { kind: 'sgd', learningRate: 0.5, momentum: 0.9, nesterov: true, weightDecay: 0 },
    schedule: { kind: 'constant' },
    span: { stepsPerEpoch: 6, totalSteps: 12 },
    average: { decay: 0.3, everySteps: 1, from: 0 },
    labelSmoothing: 0,
    seed: 1,
    batch: 4,
    replicas: 2,
    threads: 2,
  });
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const trainer = await onnxRuntimeEngine.createTrainer(plan, images);
  let parameters: number[] = [];
  let statistics: number[] = [];
  for (let step = 0; step < 6; step++) {
    const epoch = {
      epoch: 1,
      permutation: order,
      firstStep: 0,
      steps: step + 1,
      learningRateFactor: 1,
    };
    await trainer.runEpoch({ ...epoch, progress: { ...zeroProgress, steps: step } });
    const now = trainer.state();
    const decay = Math.min(0.3, step / (step + 9));
    const follow = (old: number[], values: Float32Array | undefined) =>
      [...(values ?? [])].map((value, i) => decay * (old[i] ?? 0) + (1 - decay) * value);
    parameters = follow(parameters, now.parameters);
    statistics = follow(statistics, now.statistics);
  }
  const kept = trainer.weights();
  const close = { relative: 1e-5, absolute: 1e-7 };
  assert.is(difference(kept.parameters, parameters, close), undefined);
  assert.is(difference(kept.statistics, statistics, close), undefined);
  const state = trainer.state();
  assert.ok(difference(kept.parameters, state.parameters ?? [], { relative: 1e-3 }));
  const judged = await trainer.evaluate(images);
  trainer.restore({ ...state, parameters: new Float32Array(kept.parameters.length) });
  assert.equal(await trainer.evaluate(images), judged, 'the weights themselves are not judged');
  await trainer.close();
});

test.run();
