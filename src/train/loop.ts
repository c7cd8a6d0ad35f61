/** The training loop: epochs, validation, the best weights, the end. Reads from top to bottom; the engine does the arithmetic. */

import type { Engine, Trainer, TrainingImages, TrainingPlan, Weights } from '../engine/engine.js';
import type { EpochRecord } from '../ndjson/records.js';
import { Generator, permutation } from '../random/generator.js';
import { deriveKey, itemKey } from '../random/key.js';
import type { Recipe } from './recipe.js';
import { scheduleFactor } from './schedules.js';
import { initialStopping, judgeEpoch } from './stopping.js';

export interface TrainingRun {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly plan: TrainingPlan;
  readonly training: TrainingImages;
  /** Decides on the best epoch, on a smaller rate and on the end; without it the last weights are kept. */
  readonly validation: TrainingImages | undefined;
  readonly onEpoch: (record: EpochRecord) => Promise<void>;
  /** images: trained on since the start, of all epochs. */
  readonly onProgress: (images: number, epoch: number, loss: number, accuracy: number) => void;
  /** True once the user wants an end; what is best by then is kept. */
  readonly shouldStop: () => boolean;
}

export interface TrainingResult {
  readonly weights: Weights;
  readonly parameterCount: number;
  /** The record of the epoch whose weights these are; undefined where not one epoch was finished. */
  readonly epoch: EpochRecord | undefined;
  readonly epochsRun: number;
  readonly interrupted: boolean;
}

/** Trains to the end. Raises a DivergedError where the loss stops being finite. */
export async function runTraining(run: TrainingRun): Promise<TrainingResult> {
  const trainer = await run.engine.createTrainer(run.plan, run.training);
  try {
    return await epochs(run, trainer);
  } finally {
    await trainer.close();
  }
}

async function epochs(run: TrainingRun, trainer: Trainer): Promise<TrainingResult> {
  const { recipe, plan, training, validation, shouldStop } = run;
  const steps = plan.span.stepsPerEpoch;
  const orderKey = deriveKey(plan.seed, 'fmnist-train', 'order');
  let stopping = initialStopping;
  let kept: { weights: Weights; epoch: EpochRecord } | undefined;
  let epoch = 1;
  for (; epoch <= recipe.epochs && !shouldStop(); epoch++) {
    const started = performance.now();
    const firstStep = (epoch - 1) * steps;
    const order = permutation(training.count, new Generator(itemKey(orderKey, epoch)));
    const { rateFactor } = stopping;
    const outcome = await trainer.runEpoch({
      order,
      firstStep,
      steps,
      rateFactor,
      shouldStop,
      onProgress: (done, loss, accuracy) =>
        run.onProgress((firstStep + done) * plan.batch, epoch, loss, accuracy),
    });
    if (outcome.steps < steps) break;
    const seconds = (performance.now() - started) / 1000;
    const record: EpochRecord = {
      type: 'epoch',
      epoch,
      step: firstStep + steps,
      learningRate: learningRate(plan, firstStep + steps - 1, rateFactor),
      loss: outcome.loss,
      accuracy: outcome.accuracy,
      imagesPerSecond: Math.round((steps * plan.batch) / seconds),
      seconds: Number(seconds.toFixed(3)),
    };
    if (!validation) {
      kept = { weights: trainer.weights(), epoch: record };
      await run.onEpoch(record);
      continue;
    }
    const { loss, accuracy } = await trainer.judge(validation);
    const judged = judgeEpoch(stopping, loss, recipe.stopping, recipe.plateau);
    stopping = judged.state;
    const full = {
      ...record,
      validationLoss: loss,
      validationAccuracy: accuracy,
      best: judged.verdict.best,
    };
    if (judged.verdict.best || !kept) kept = { weights: trainer.weights(), epoch: full };
    await run.onEpoch(full);
    if (judged.verdict.stop) break;
  }
  return {
    weights: kept?.weights ?? trainer.weights(),
    parameterCount: trainer.weights().parameters.length,
    epoch: kept?.epoch,
    epochsRun: Math.min(epoch, recipe.epochs),
    interrupted: shouldStop(),
  };
}

/** The rate of a step, as the optimiser sees it. */
function learningRate({ optimizer, schedule, span }: TrainingPlan, step: number, factor: number) {
  return optimizer.learningRate * factor * scheduleFactor(schedule, step, span);
}
