/** The training loop: epochs, validation, the best weights, the end. Reads from top to bottom; the engine does the arithmetic. */

import { DivergedError, type Engine, type Trainer, type Weights } from '../engine/engine.js';
import { startedWith } from '../engine/state.js';
import type { EpochRecord } from '../ndjson/records.js';
import { Generator, permutation } from '../random/generator.js';
import { deriveKey, itemKey } from '../random/key.js';
import { reducedSize } from '../step/epoch-network.js';
import { scheduleFactor } from '../step/lr-schedules.js';
import type { TrainingImages, TrainingPlan } from '../step/plan.js';
import type { Recipe } from '../step/recipe.js';
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

export interface TrainingRun {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly plan: TrainingPlan;
  readonly training: TrainingImages;
  /** Decides on the best epoch, on a smaller rate and on the end; without it the last weights are kept. */
  readonly validation: TrainingImages | undefined;
  /** The weights to begin with; else fresh ones. */
  readonly initial?: Weights | undefined;
  /** Where to go on; else from the beginning. */
  readonly from?: TrainingSnapshot | undefined;
  /** Gets the moment behind each epoch and behind an end by the user, and those in between that it asks for. */
  readonly keeper?: Checkpointer | undefined;
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
  const { recipe, plan, from, initial } = run;
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
    underWay = await trainOn(run, trainer, records.length + 1, stopping.rateFactor, underWay);
    if (underWay.steps === stepsPerEpoch) {
      const trained = recordOf(plan, records.length + 1, stopping.rateFactor, underWay);
      const judged = await judge(run, trainer, trained, stopping);
      stopping = judged.stopping;
      records.push(judged.record);
      if (judged.record.best ?? true) kept = trainer.weights();
      underWay = noPartialEpoch;
      await run.onEpoch(judged.record);
    }
    const step = records.length * stepsPerEpoch + underWay.steps;
    await run.keeper?.keep({ step, epochs: [...records], underWay, state: trainer.state(), kept });
    if (run.shouldStop()) break;
  }

  const epoch = keptEpoch(records);
  if (!kept || !epoch) return undefined;
  const images = records.length * stepsPerEpoch * plan.recipe.batch;
  const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
  const imagesPerSecond = Math.round(images / Math.max(seconds, 1e-3));
  const end = endOf() ?? 'interrupt';
  return { weights: kept, epoch, epochsRun: records.length, end, imagesPerSecond };
}

/** On with an epoch over the training images, in an order of its own: to its end, or to where the user or the keeper wants a pause. */
async function trainOn(
  { plan, training, keeper, shouldStop, onProgress }: TrainingRun,
  trainer: Trainer,
  epoch: number,
  rateFactor: number,
  begun: PartialEpoch,
): Promise<PartialEpoch> {
  // The engine asks a few times a second; it would not ask at all in a short epoch.
  if (shouldStop()) return begun;
  const started = performance.now();
  const steps = plan.span.stepsPerEpoch;
  const firstStep = (epoch - 1) * steps;
  const orderKey = deriveKey(plan.seed, 'fmnist-train', 'order');
  const soFar = await trainer.runEpoch({
    epoch,
    permutation: permutation(training.count, new Generator(itemKey(orderKey, epoch))),
    firstStep,
    steps,
    progress: begun,
    rateFactor,
    shouldStop: () => shouldStop() || (keeper?.due() ?? false),
    onProgress: (done, loss, accuracy) =>
      onProgress((firstStep + done) * plan.recipe.batch, epoch, loss, accuracy),
  });
  return { ...soFar, seconds: begun.seconds + (performance.now() - started) / 1000 };
}

/** The record of an epoch that is over, not yet judged. */
function recordOf(
  plan: TrainingPlan,
  epoch: number,
  rateFactor: number,
  { steps, loss, correct, seconds }: PartialEpoch,
): EpochRecord {
  const images = steps * plan.recipe.batch;
  const step = epoch * steps;
  return {
    type: 'epoch',
    epoch,
    step,
    learningRate: learningRate(plan, step - 1, rateFactor),
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

/** Judges an epoch on the validation images, where there are any. */
async function judge(
  { recipe, validation }: TrainingRun,
  trainer: Trainer,
  record: EpochRecord,
  stopping: EarlyStoppingState,
): Promise<{ readonly record: EpochRecord; readonly stopping: EarlyStoppingState }> {
  if (!validation) return { record, stopping };
  const { loss, accuracy } = await trainer.evaluate(validation);
  if (!Number.isFinite(loss)) throw new DivergedError(record.step, loss, 'validation');
  const after = updateEarlyStopping(stopping, { loss, accuracy }, recipe);
  return {
    record: { ...record, validationLoss: loss, validationAccuracy: accuracy, best: after.best },
    stopping: after,
  };
}
