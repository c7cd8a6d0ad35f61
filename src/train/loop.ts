/** Training loop: epochs, validation, best weights, end. The engine does the arithmetic. */

import { DivergedError, type Engine, type Trainer, type Weights } from '../engine/engine.js';
import { startedWith } from '../engine/state.js';
import type { EpochRecord } from '../ndjson/records.js';
import { Generator, permutation } from '../random/generator.js';
import { deriveKey, itemKey } from '../random/key.js';
import { reducedSize } from '../step/epoch-network.js';
import { scheduleFactor } from '../step/lr-schedules.js';
import type { TrainingImages, TrainingPlan } from '../step/plan.js';
import {
  type EarlyStoppingState,
  earlyStoppingAfter,
  outOfPatience,
  updateEarlyStopping,
} from './early-stopping.js';
import {
  type Checkpointer,
  keptEpoch,
  noPartialEpoch,
  type PartialEpoch,
  type TrainingSnapshot,
} from './snapshot.js';

/** A training run. */
export interface TrainingRun {
  readonly engine: Engine;
  readonly plan: TrainingPlan;
  readonly training: TrainingImages;
  /** Validation images, for the best epoch, the learning rate on a plateau and early stopping; absent, the last weights are kept. */
  readonly validation: TrainingImages | undefined;
  /** Weights to begin with; absent, fresh ones. */
  readonly initial?: Weights | undefined;
  /** Snapshot to resume from; absent, the run begins at its beginning. */
  readonly from?: TrainingSnapshot | undefined;
  /** Gets a snapshot after each epoch, after an end by the user, and whenever one is due. */
  readonly checkpointer?: Checkpointer | undefined;
  readonly onEpoch: (record: EpochRecord) => Promise<void>;
  /** images: those trained on since the start, over all epochs. */
  readonly onProgress: (images: number, epoch: number, loss: number, accuracy: number) => void;
  /** True once the user wants an end; the best weights so far are kept. */
  readonly shouldStop: () => boolean;
}

/** Result of a training run. */
export interface TrainingResult {
  readonly weights: Weights;
  /** Record of the epoch whose weights these are. */
  readonly epoch: EpochRecord;
  /** Epochs that were trained to their end. */
  readonly epochsRun: number;
  /** Cause of the end: the planned count of epochs, the patience of the recipe's `stopping`, or the user. */
  readonly end: 'planned' | 'patience' | 'interrupt';
  /** Training images a second, over all epochs; validation not counted. */
  readonly imagesPerSecond: number;
}

/**
 * Trains to the end; undefined where the user ends it before one epoch is over.
 * Throws DivergedError where a loss or a weight stops being finite.
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
  const { plan, from, initial } = run;
  const { recipe } = plan;
  const { stepsPerEpoch } = plan.span;
  const records = [...(from?.epochs ?? [])];
  let stopping = earlyStoppingAfter(records, recipe);
  let underWay = from?.underWay ?? noPartialEpoch;
  let kept = from?.kept;
  if (from) trainer.restore(from.state);
  else if (initial) trainer.restore(startedWith(trainer.state(), initial));

  const endOf = (): TrainingResult['end'] | undefined => {
    if (records.length >= recipe.epochs) return 'planned';
    return outOfPatience(stopping, recipe.stopping) ? 'patience' : undefined;
  };
  while (!endOf()) {
    underWay = await trainEpoch(
      run,
      trainer,
      records.length + 1,
      stopping.learningRateFactor,
      underWay,
    );
    if (underWay.steps === stepsPerEpoch) {
      const trained = recordOf(plan, records.length + 1, stopping.learningRateFactor, underWay);
      const validated = await validate(run, trainer, trained, stopping);
      stopping = validated.stopping;
      records.push(validated.record);
      if (validated.record.best ?? true) kept = trainer.weights();
      underWay = noPartialEpoch;
      await run.onEpoch(validated.record);
    }
    const step = records.length * stepsPerEpoch + underWay.steps;
    await run.checkpointer?.save({
      step,
      epochs: [...records],
      underWay,
      state: trainer.state(),
      kept,
    });
    if (run.shouldStop()) break;
  }

  const epoch = keptEpoch(records);
  if (!kept || !epoch) return undefined;
  const images = records.length * stepsPerEpoch * recipe.batch;
  const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
  const imagesPerSecond = Math.round(images / Math.max(seconds, 1e-3));
  const end = endOf() ?? 'interrupt';
  return { weights: kept, epoch, epochsRun: records.length, end, imagesPerSecond };
}

/** Trains an epoch, by a permutation of its own: to its end, or to where the user or the checkpointer wants a pause. */
async function trainEpoch(
  { plan, training, checkpointer, shouldStop, onProgress }: TrainingRun,
  trainer: Trainer,
  epoch: number,
  learningRateFactor: number,
  progress: PartialEpoch,
): Promise<PartialEpoch> {
  // The engine calls shouldStop a few times a second, and in a short epoch not at all.
  if (shouldStop()) return progress;
  const started = performance.now();
  const steps = plan.span.stepsPerEpoch;
  const firstStep = (epoch - 1) * steps;
  const permutationKey = deriveKey(plan.seed, 'fmnist-train', 'order');
  const after = await trainer.runEpoch({
    epoch,
    permutation: permutation(training.count, new Generator(itemKey(permutationKey, epoch))),
    firstStep,
    steps,
    progress,
    learningRateFactor,
    shouldStop: () => shouldStop() || (checkpointer?.due() ?? false),
    onProgress: (done, loss, accuracy) =>
      onProgress((firstStep + done) * plan.recipe.batch, epoch, loss, accuracy),
  });
  return { ...after, seconds: progress.seconds + (performance.now() - started) / 1000 };
}

/** Record of an epoch that is over, without validation. */
function recordOf(
  plan: TrainingPlan,
  epoch: number,
  learningRateFactor: number,
  { steps, loss, correct, seconds }: PartialEpoch,
): EpochRecord {
  const images = steps * plan.recipe.batch;
  const step = epoch * steps;
  return {
    type: 'epoch',
    epoch,
    step,
    learningRate: learningRate(plan, step - 1, learningRateFactor),
    ...reducedSize(plan, epoch),
    loss: loss / images,
    accuracy: correct / images,
    imagesPerSecond: Math.round(images / Math.max(seconds, 1e-3)),
    seconds: Number(seconds.toFixed(3)),
  };
}

/** Learning rate of a step, as the optimiser sees it. */
function learningRate({ recipe, span }: TrainingPlan, step: number, factor: number) {
  return recipe.optimizer.learningRate * factor * scheduleFactor(recipe.schedule, step, span);
}

/** Validates an epoch, where there are validation images. */
async function validate(
  { plan, validation }: TrainingRun,
  trainer: Trainer,
  record: EpochRecord,
  stopping: EarlyStoppingState,
): Promise<{ readonly record: EpochRecord; readonly stopping: EarlyStoppingState }> {
  if (!validation) return { record, stopping };
  const { loss, accuracy } = await trainer.evaluate(validation);
  if (!Number.isFinite(loss)) throw new DivergedError(record.step, loss, 'validation');
  const after = updateEarlyStopping(stopping, { loss, accuracy }, plan.recipe);
  return {
    record: { ...record, validationLoss: loss, validationAccuracy: accuracy, best: after.best },
    stopping: after,
  };
}
