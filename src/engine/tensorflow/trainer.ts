/** Training on TensorFlow.js: the same steps as on ONNX Runtime, with the same optimisers, in this thread. */

import { setImmediate } from 'node:timers/promises';
import type { TensorFlow } from '../../model/contexts.js';
import { openModel } from '../../model/model.js';
import {
  initialParameters,
  initialStatistics,
  type Network,
  shapeNetwork,
} from '../../model/network.js';
import { fillBatch, openTransforms, targetClass } from '../../step/batch.js';
import { imageSample } from '../../step/image-sample.js';
import { sumLosses, validationChunk } from '../../step/loss.js';
import { scheduleFactor } from '../../step/lr-schedules.js';
import { createOptimizer, type Optimizer } from '../../step/optimizers.js';
import type { TrainingImages, TrainingPlan } from '../../step/plan.js';
import { trainingNetwork } from '../../step/progressive-resizing.js';
import { updateRunningStatistics } from '../../step/running-statistics.js';
import { averageDecay, updateAverage } from '../../step/weight-averaging.js';
import {
  DivergedError,
  type Engine,
  type EpochPlan,
  type EpochProgress,
  type Trainer,
  type TrainerState,
  type Weights,
} from '../engine.js';
import type { Predictor } from '../predictor.js';
import { restoreState, stateArrays } from '../state.js';
import { forward, weightTensors } from './forward.js';
import { openTensorFlowPredictor } from './predictor.js';
import { openTensorFlowStep } from './step.js';

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
  readonly #parameters: Float32Array;
  readonly #statistics: Float32Array;
  /** What is judged and kept: averages of these two where the plan wants them, else these two. */
  readonly #judged: Weights;
  readonly #optimizer: Optimizer;
  readonly #optimizerState: readonly Float32Array[];
  readonly #teacher: Predictor | undefined;

  constructor(
    readonly tf: TensorFlow,
    readonly plan: TrainingPlan,
    readonly images: TrainingImages,
  ) {
    this.#network = shapeNetwork(plan.spec, plan);
    this.#parameters = initialParameters(this.#network, plan.seed, imageSample(plan, images));
    this.#statistics = initialStatistics(this.#network);
    const [parameters, statistics] = [this.#parameters, this.#statistics];
    this.#judged = plan.average
      ? { parameters: parameters.slice(), statistics: statistics.slice() }
      : { parameters, statistics };
    this.#optimizer = createOptimizer(plan.optimizer);
    this.#optimizerState = Array.from(
      { length: this.#optimizer.stateArrays },
      () => new Float32Array(this.#network.parameterCount),
    );
    this.#teacher =
      plan.teacher && openTensorFlowPredictor(tf, openModel(plan.teacher.model, 'the teacher'));
  }

  async runEpoch(epoch: EpochPlan): Promise<EpochProgress> {
    const { plan, images } = this;
    const step = openTensorFlowStep(this.tf, trainingNetwork(plan, epoch.epoch), plan);
    const changes = openTransforms(plan, images, epoch.epoch);
    let { steps, loss, correct } = epoch.progress;
    let told = performance.now();
    while (steps < epoch.steps) {
      const number = epoch.firstStep + steps;
      const order = epoch.permutation.subarray(steps * plan.batch, (steps + 1) * plan.batch);
      fillBatch(step, plan, images, order, number * plan.batch, changes);
      step.parameters.set(this.#parameters);
      if (this.#teacher)
        step.taught?.set((await this.#teacher.predict(step.image, plan.batch)).logits);
      const outcome = await step.run();
      const stepLoss = outcome.losses.reduce((sum, value) => sum + value, 0);
      if (!Number.isFinite(stepLoss)) throw new DivergedError(number + 1, stepLoss / plan.batch);
      this.#update(outcome.gradients, number, epoch.rateFactor);
      updateRunningStatistics(this.#network, this.#statistics, outcome.statistics, 1);
      this.#follow(number);
      const classIndices = Uint8Array.from(order, (_, i) =>
        targetClass(step.targets, i, plan.classes),
      );
      loss += stepLoss;
      correct += sumLosses(outcome.logits, classIndices, plan.classes)[1];
      steps++;
      // TensorFlow computes in this thread: signals and timers get their turn here.
      await setImmediate();
      if (performance.now() - told < tick) continue;
      told = performance.now();
      epoch.onProgress?.(steps, loss / (steps * plan.batch), correct / (steps * plan.batch));
      if (epoch.shouldStop?.()) break;
    }
    if (!this.#parameters.every(Number.isFinite))
      throw new DivergedError(epoch.firstStep + steps, Number.NaN);
    return { steps, loss, correct };
  }

  #update(gradients: Float32Array, step: number, rateFactor: number): void {
    const { optimizer, schedule, span } = this.plan;
    const learningRate = optimizer.learningRate * rateFactor * scheduleFactor(schedule, step, span);
    const [parameters, state] = [this.#parameters, this.#optimizerState];
    for (const { offset, length, spec } of this.#network.parameters) {
      if (spec.frozen) continue;
      this.#optimizer.update(
        { parameters, gradients, state, learningRate, step: step + 1 },
        { from: offset, to: offset + length, decay: spec.decay ?? false },
      );
    }
  }

  /** Brings the average up to date, where there is one and it is its turn. */
  #follow(step: number): void {
    const { average, span } = this.plan;
    const decay = average && averageDecay(average, step, span);
    if (decay === undefined) return;
    updateAverage(this.#judged.parameters, this.#parameters, decay);
    updateAverage(this.#judged.statistics, this.#statistics, decay);
  }

  async evaluate({ count, pixels, classIndices }: TrainingImages) {
    const { tf, plan } = this;
    const weights = weightTensors(tf, this.#network, this.weights());
    const size = plan.rows * plan.columns;
    let [loss, right] = [0, 0];
    try {
      for (let start = 0; start < count; start += validationChunk) {
        const end = Math.min(count, start + validationChunk);
        const chunk = pixels.subarray(start * size, end * size);
        const logits = tf.tidy(() =>
          forward(tf, this.#network, plan.normalization, weights, chunk),
        );
        const values = (await logits.data()) as Float32Array;
        logits.dispose();
        const sums = sumLosses(values, classIndices.subarray(start, end), plan.classes);
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
    const { parameters, statistics } = this.#judged;
    return { parameters: parameters.slice(), statistics: statistics.slice() };
  }

  state(): TrainerState {
    const current = { parameters: this.#parameters, statistics: this.#statistics };
    return stateArrays(current, this.plan.average && this.#judged, this.#optimizerState);
  }

  restore(state: TrainerState): void {
    restoreState(this.state(), state);
  }

  async close(): Promise<void> {
    await this.#teacher?.close();
  }
}
