/** The training loop: epochs, validation, the best weights, the end. Reads from top to bottom; the engine does the arithmetic. */

import {
  DivergedError,
  type Engine,
  type Trainer,
  type TrainingImages,
  type TrainingPlan,
  type Weights,
} from '../engine/engine.js';
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
  /** The record of the epoch whose weights these are. */
  readonly epoch: EpochRecord;
  /** Epochs that were trained to their end. */
  readonly epochsRun: number;
  /** As planned, or before that: by the patience of the recipe's `stopping`, or by the user. */
  readonly end: 'planned' | 'patience' | 'interrupt';
  /** Training images a second, over all epochs; validation not counted. */
  readonly imagesPerSecond: number;
}

/**
 * Trains to the end; undefined where the user ended it before one epoch was over.
 * Raises a DivergedError where a loss or a weight stops being finite.
 */
export async function runTraining(run: TrainingRun): Promise<TrainingResult | undefined> {
  const trainer = await run.engine.createTrainer(run.plan, run.training);
  try {
    return await epochs(run, trainer);
  } finally {
    await trainer.close();
  }
}

async function epochs(run: TrainingRun, trainer: Trainer): Promise<TrainingResult | undefined> {
  const { recipe, plan, validation, shouldStop } = run;
  let stopping = initialStopping;
  let kept: Pick<TrainingResult, 'weights' | 'epoch'> | undefined;
  let epochsRun = 0;
  let seconds = 0;
  let end: TrainingResult['end'] = 'planned';
  while (end === 'planned' && epochsRun < recipe.epochs) {
    const trained = shouldStop()
      ? undefined
      : await trainEpoch(run, trainer, epochsRun + 1, stopping.rateFactor);
    if (!trained) {
      end = 'interrupt';
      break;
    }
    epochsRun++;
    seconds += trained.seconds;
    let epoch = trained;
    if (validation) {
      const { loss, accuracy } = await trainer.judge(validation);
      if (!Number.isFinite(loss)) throw new DivergedError(epoch.step, loss, 'validation');
      const { state, verdict } = judgeEpoch(stopping, loss, recipe.stopping, recipe.plateau);
      stopping = state;
      if (verdict.stop && epochsRun < recipe.epochs) end = 'patience';
      epoch = { ...epoch, validationLoss: loss, validationAccuracy: accuracy, best: verdict.best };
    }
    if (epoch.best ?? true) kept = { weights: trainer.weights(), epoch };
    await run.onEpoch(epoch);
  }
  if (!kept) return undefined;
  const images = epochsRun * plan.span.stepsPerEpoch * plan.batch;
  const imagesPerSecond = Math.round(images / Math.max(seconds, 1e-3));
  return { ...kept, epochsRun, end, imagesPerSecond };
}

/** One epoch over the training images, in an order of its own; undefined where the user ended it in the middle. */
async function trainEpoch(
  { plan, training, shouldStop, onProgress }: TrainingRun,
  trainer: Trainer,
  epoch: number,
  rateFactor: number,
): Promise<EpochRecord | undefined> {
  const started = performance.now();
  const steps = plan.span.stepsPerEpoch;
  const firstStep = (epoch - 1) * steps;
  const orderKey = deriveKey(plan.seed, 'fmnist-train', 'order');
  const outcome = await trainer.runEpoch({
    epoch,
    order: permutation(training.count, new Generator(itemKey(orderKey, epoch))),
    firstStep,
    steps,
    rateFactor,
    shouldStop,
    onProgress: (done, loss, accuracy) =>
      onProgress((firstStep + done) * plan.batch, epoch, loss, accuracy),
  });
  if (outcome.steps < steps) return undefined;
  const seconds = (performance.now() - started) / 1000;
  return {
    type: 'epoch',
    epoch,
    step: firstStep + steps,
    learningRate: learningRate(plan, firstStep + steps - 1, rateFactor),
    loss: outcome.loss,
    accuracy: outcome.accuracy,
    imagesPerSecond: Math.round((steps * plan.batch) / seconds),
    seconds: Number(seconds.toFixed(3)),
  };
}

/** The rate of a step, as the optimiser sees it. */
function learningRate({ optimizer, schedule, span }: TrainingPlan, step: number, factor: number) {
  return optimizer.learningRate * factor * scheduleFactor(schedule, step, span);
}
