/** Training on TensorFlow.js: the same steps as on ONNX Runtime, with the same optimisers, in this thread. */

import { setImmediate } from 'node:timers/promises';
import {
  initialParameters,
  initialStatistics,
  type Network,
  shapeNetwork,
} from '../../model/network.js';
import type { TensorFlow } from '../../model/tensorflow.js';
import { trainingAugmenter } from '../../train/augmentation.js';
import { fillBatch } from '../../train/batch.js';
import { createOptimizer } from '../../train/optimizers.js';
import { scheduleFactor } from '../../train/schedules.js';
import {
  DivergedError,
  type Engine,
  type EpochOutcome,
  type EpochPlan,
  type Trainer,
  type TrainingImages,
  type TrainingPlan,
  type Weights,
} from '../engine.js';
import { followStatistics } from '../running-statistics.js';
import { judgeChunk, score } from '../score.js';
import { forward, weightTensors } from './forward.js';
import { openStep } from './step.js';

/** How often progress is told and an end is asked for, in milliseconds. */
const tick = 100;

export function tensorFlowEngine(tf: TensorFlow): Engine {
  return {
    name: 'tensorflow',
    createTrainer: async (plan, images) => new TensorFlowTrainer(tf, plan, images),
  };
}

class TensorFlowTrainer implements Trainer {
  readonly #network: Network;
  readonly #weights: Weights;
  readonly #update: (gradients: Float32Array, step: number, rateFactor: number) => void;

  constructor(
    readonly tf: TensorFlow,
    readonly plan: TrainingPlan,
    readonly images: TrainingImages,
  ) {
    const network = shapeNetwork(plan.spec, plan);
    const parameters = initialParameters(network, plan.seed);
    this.#network = network;
    this.#weights = { parameters, statistics: initialStatistics(network) };
    const optimizer = createOptimizer(plan.optimizer);
    const state = Array.from({ length: optimizer.stateArrays }, () => parameters.map(() => 0));
    this.#update = (gradients, step, rateFactor) => {
      const factor = rateFactor * scheduleFactor(plan.schedule, step, plan.span);
      const learningRate = plan.optimizer.learningRate * factor;
      for (const { offset, length, spec } of network.parameters)
        optimizer.update(
          { parameters, gradients, state, learningRate, step: step + 1 },
          { from: offset, to: offset + length, decay: spec.decay ?? false },
        );
    };
  }

  async runEpoch(epoch: EpochPlan): Promise<EpochOutcome> {
    const { plan, images } = this;
    const { parameters, statistics } = this.#weights;
    const step = openStep(this.tf, this.#network, plan);
    const augment = trainingAugmenter(plan, epoch.epoch);
    let [loss, right, steps] = [0, 0, 0];
    let told = performance.now();
    while (steps < epoch.steps) {
      const number = epoch.firstStep + steps;
      const order = epoch.order.subarray(steps * plan.batch, (steps + 1) * plan.batch);
      fillBatch(step, plan, images, order, number * plan.batch, augment);
      step.parameters.set(parameters);
      const outcome = await step.run();
      const stepLoss = outcome.losses.reduce((sum, value) => sum + value, 0);
      if (!Number.isFinite(stepLoss)) throw new DivergedError(number + 1, stepLoss / plan.batch);
      this.#update(outcome.gradients, number, epoch.rateFactor);
      followStatistics(this.#network, statistics, outcome.statistics, 1);
      const classIndices = Uint8Array.from(order, (i) => images.classIndices[i] as number);
      loss += stepLoss;
      right += score(outcome.logits, classIndices, plan.classes)[1];
      steps++;
      // TensorFlow computes in this thread: signals and timers get their turn here.
      await setImmediate();
      if (performance.now() - told < tick) continue;
      told = performance.now();
      epoch.onProgress?.(steps, loss / (steps * plan.batch), right / (steps * plan.batch));
      if (epoch.shouldStop?.()) break;
    }
    if (!parameters.every(Number.isFinite))
      throw new DivergedError(epoch.firstStep + steps, Number.NaN);
    const seen = Math.max(1, steps) * plan.batch;
    return { steps, loss: loss / seen, accuracy: right / seen };
  }

  async judge({ count, pixels, classIndices }: TrainingImages) {
    const { tf, plan } = this;
    const weights = weightTensors(tf, this.#network, this.#weights);
    const size = plan.rows * plan.columns;
    let [loss, right] = [0, 0];
    try {
      for (let start = 0; start < count; start += judgeChunk) {
        const end = Math.min(count, start + judgeChunk);
        const chunk = pixels.subarray(start * size, end * size);
        const logits = tf.tidy(() =>
          forward(tf, this.#network, plan.normalization, weights, chunk),
        );
        const values = (await logits.data()) as Float32Array;
        logits.dispose();
        const sums = score(values, classIndices.subarray(start, end), plan.classes);
        loss += sums[0];
        right += sums[1];
        await setImmediate();
      }
    } finally {
      tf.dispose([...weights.values()]);
    }
    return { loss: loss / count, accuracy: right / count };
  }

  weights(): Weights {
    const { parameters, statistics } = this.#weights;
    return { parameters: parameters.slice(), statistics: statistics.slice() };
  }

  restore({ parameters, statistics }: Weights): void {
    this.#weights.parameters.set(parameters);
    this.#weights.statistics.set(statistics);
  }

  async close(): Promise<void> {}
}
