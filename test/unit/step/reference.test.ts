/** Optimisers, schedules and a short training run against PyTorch's figures (make-reference.py). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ScheduleSpec, scheduleFactor } from '../../../src/step/lr-schedules.js';
import { createOptimizer, type OptimizerSpec } from '../../../src/step/optimizers.js';
import { difference } from '../../support/close.js';
import { paths } from '../../support/paths.js';
import { openStep } from '../../support/step.js';

interface Reference {
  readonly optimisers: Readonly<Record<string, readonly number[][]>>;
  readonly schedules: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
}

const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/step/reference.json'), 'utf8'),
) as Reference;
const test = suite('training against PyTorch');

const wave = (n: number, a: number, b: number, c: number) =>
  Float32Array.from({ length: n }, (_, i) => c * Math.sin(a * i + b));

const sgd = {
  kind: 'sgd',
  learningRate: 0.1,
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
} as const;
const adam = {
  kind: 'adam',
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-7,
  weightDecay: 0,
} as const;
const optimisers: Record<string, OptimizerSpec> = {
  sgd,
  'sgd momentum': { ...sgd, momentum: 0.9 },
  'sgd nesterov decay': { ...sgd, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  adam,
  'adam decay': { ...adam, weightDecay: 0.1 },
  adamw: { ...adam, kind: 'adamw', weightDecay: 0.1 },
};

for (const [name, spec] of Object.entries(optimisers)) {
  test(name, () => {
    const optimizer = createOptimizer(spec);
    const parameters = wave(6, 1.7, 0.3, 1);
    const state = Array.from({ length: optimizer.stateArrays }, () => new Float32Array(6));
    for (const [t, expected] of (reference.optimisers[name] ?? []).entries()) {
      const gradients = wave(6, 0.9, 0.5 * t, 0.7);
      const input = { parameters, gradients, state, learningRate: spec.learningRate, step: t + 1 };
      // In two parts, as two workers would.
      optimizer.update(input, { from: 0, to: 4, decay: true });
      optimizer.update(input, { from: 4, to: 6, decay: true });
      assert.is(difference(parameters, expected, { relative: 1e-5 }), undefined, `step ${t + 1}`);
    }
  });
}

test('no weight decay in ranges without it', () => {
  for (const kind of ['adam', 'adamw'] as const) {
    const input = {
      parameters: Float32Array.of(1),
      gradients: Float32Array.of(0),
      state: [new Float32Array(1), new Float32Array(1)],
      learningRate: 0.1,
      step: 1,
    };
    createOptimizer({ ...adam, kind, weightDecay: 0.5 }).update(input, {
      from: 0,
      to: 1,
      decay: false,
    });
    assert.is(input.parameters[0], 1);
  }
});

const span = { totalSteps: 20, stepsPerEpoch: 4 };
const schedules: Record<string, ScheduleSpec> = {
  step: { kind: 'step', everyEpochs: 2, factor: 0.5 },
  cosine: { kind: 'cosine', warmup: 0, end: 0.1 },
  'one-cycle': { kind: 'one-cycle', warmup: 0.3, start: 1 / 25, end: 1 / 1000 },
};

for (const [name, spec] of Object.entries(schedules)) {
  test(`schedule ${name}`, () => {
    const factors = Array.from({ length: 20 }, (_, step) => scheduleFactor(spec, step, span));
    assert.is(difference(factors, reference.schedules[name] ?? [], { relative: 1e-9 }), undefined);
  });
}

test('schedule constant; warm-up of cosine', () => {
  assert.is(scheduleFactor({ kind: 'constant' }, 17, span), 1);
  const warm = [0, 1, 2, 3, 4].map((step) =>
    scheduleFactor({ kind: 'cosine', warmup: 0.25, end: 0 }, step, span),
  );
  assert.is(difference(warm, [0.2, 0.4, 0.6, 0.8, 1]), undefined);
});

test('warm-up, the whole learning rate, and decay to its end', () => {
  const spec = { kind: 'warmup-stable-decay', warmupEpochs: 1, decay: 0.3, end: 0.1 } as const;
  const factors = Array.from({ length: 20 }, (_, step) => scheduleFactor(spec, step, span));
  const expected = [0.25, 0.5, 0.75, ...Array(12).fill(1), 0.82, 0.64, 0.46, 0.28, 0.1];
  assert.is(difference(factors, expected), undefined);
  const twice = { totalSteps: 40, stepsPerEpoch: 4 };
  const longer = Array.from({ length: 14 }, (_, step) => scheduleFactor(spec, step, twice));
  assert.equal(factors.slice(0, 14), longer);
  const abrupt = { ...spec, warmupEpochs: 0, decay: 0 };
  assert.is(scheduleFactor(abrupt, 0, span), 1);
  assert.is(scheduleFactor(abrupt, 19, span), 1);
});

test('the losses of twelve Adam steps on a small CNN', async () => {
  const layers = [
    { kind: 'conv', filters: 4 },
    { kind: 'relu' },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'conv', filters: 6 },
    { kind: 'relu' },
    { kind: 'max-pool' },
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
  ];
  const batch = 8;
  const step = await openStep({ layers }, { rows: 10, columns: 9, classes: 3 }, batch);
  step.targets.forEach((_, i) => {
    step.targets[i] = i % 3 === Math.floor(i / 3) % 3 ? 1 : 0;
  });
  const spec = { ...adam, beta2: 0.999 };
  const optimizer = createOptimizer(spec);
  const { parameters } = step;
  const state = [parameters, parameters].map(({ length }) => new Float32Array(length));
  const losses: number[] = [];
  for (let t = 0; t < reference.losses.length; t++) {
    for (let i = 0; i < step.images.length; i++) step.images[i] = (i * 7919 + 131 * t) % 256;
    const { loss, gradients } = await step.run(parameters);
    losses.push(loss / batch);
    optimizer.update(
      {
        parameters,
        gradients: gradients.map((g) => g / batch),
        state,
        learningRate: 0.01,
        step: t + 1,
      },
      { from: 0, to: parameters.length, decay: false },
    );
  }
  assert.is(difference(losses, reference.losses, { relative: 1e-4 }), undefined);
});

test.run();
