/** Messages of a training run to its user. */

import { OperationalError } from '../core/errors.js';
import { DivergedError } from '../engine/engine.js';
import { describeNormalization, sameNormalization } from '../idx/normalization.js';
import type { EpochRecord } from '../ndjson/records.js';
import { grouped, percent } from '../picture/numbers.js';
import type { TrainingPlan } from '../step/plan.js';
import type { Recipe } from '../step/recipe.js';
import type { InitialWeights, StartingWeights } from './initial-weights.js';
import type { TrainingResult } from './loop.js';
import type { TrainingSnapshot } from './snapshot.js';

/** Note beside the progress bar: loss and accuracy are means over the epoch so far. */
export function progressNote(
  { epochs }: Recipe,
  epoch: number,
  loss: number,
  accuracy: number,
): string {
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}  accuracy ${percent(accuracy)}`;
}

/** Line of an epoch, within 80 columns; a star marks the best on the validation images so far. */
export function epochLine(record: EpochRecord, { epochs }: Recipe): string {
  const { epoch, loss, accuracy, validationLoss, validationAccuracy = 0 } = record;
  const number = String(epoch).padStart(String(epochs).length);
  const parts = [`epoch ${number}/${epochs}`, `loss ${loss.toFixed(4)}`, percent(accuracy, 2)];
  if (validationLoss !== undefined)
    parts.push(`validation ${validationLoss.toFixed(4)}`, percent(validationAccuracy, 2));
  return `${parts.join('  ')}${record.best ? ' *' : ''}`;
}

/** Position of a snapshot: `after epoch 3 of 10`, or `in epoch 4 of 10, at step 2,931`, or `at its beginning`. */
export function trainingPosition(
  { step, epochs: over, underWay }: TrainingSnapshot,
  recipe: Recipe,
): string {
  if (step === 0) return 'at its beginning';
  return underWay.steps === 0
    ? `after epoch ${over.length} of ${recipe.epochs}`
    : `in epoch ${over.length + 1} of ${recipe.epochs}, at step ${grouped(step)}`;
}

/** Advice after an interrupt. newest: path of the newest checkpoint. */
export function resumeHint(newest: string | undefined): string {
  return newest ? `--resume goes on from ${newest}` : 'there is no checkpoint either';
}

/** Start of a run from given weights: those that do not fit, and a normalisation that differs. */
export function describeStart(
  { source, normalization }: InitialWeights,
  { fresh, slots }: StartingWeights,
  plan: Pick<TrainingPlan, 'normalization'>,
): string {
  const names = fresh.length > 6 ? [...fresh.slice(0, 5), `${fresh.length - 5} more`] : fresh;
  const taken =
    fresh.length === 0
      ? `begins with the weights of ${source}`
      : `begins with ${slots - fresh.length} of ${slots} weights from ${source}; afresh: ${names.join(', ')}`;
  return normalization === undefined || sameNormalization(normalization, plan.normalization)
    ? taken
    : `${taken}; it was trained on images normalised by ${describeNormalization(normalization)}, and these are by ${describeNormalization(plan.normalization)}`;
}

/** Outcome of a run: its end, and the epoch whose weights are kept. */
export function describeOutcome(
  { epoch, epochsRun, end, imagesPerSecond }: TrainingResult,
  { stopping, monitor }: Recipe,
): string {
  const kept = `kept the weights of epoch ${epoch.epoch}; ${grouped(imagesPerSecond)} images/s`;
  if (end === 'interrupt') return `ended by the interrupt; ${kept}`;
  if (end === 'planned') return kept;
  const better = monitor === 'accuracy' ? 'higher validation accuracy' : 'lower validation loss';
  return `ended after epoch ${epochsRun}: no ${better} for ${stopping.patience} epochs; ${kept}`;
}

/** Failure of the engine as an OperationalError with advice, where its cause is recipe or memory; any other error unchanged. */
export function describeFailure(error: unknown, recipe: Recipe): unknown {
  if (error instanceof DivergedError) return divergence(error, recipe);
  const { message, code } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY' && !/allocat|bad_alloc/i.test(message)) return error;
  return new OperationalError(
    `recipe ${recipe.name}`,
    'training does not fit into memory; a smaller batch (--set batch=…), fewer replicas or a smaller model need less',
    { cause: error },
  );
}

/** Divergence: step, loss and advice. */
function divergence(error: DivergedError, { name, optimizer }: Recipe): OperationalError {
  const smaller = Number((optimizer.learningRate / 10).toPrecision(6));
  const loss = error.images === 'training' ? 'the loss' : 'the loss on the validation images';
  return new OperationalError(
    `recipe ${name}`,
    `training diverged: ${loss} is ${error.loss} at step ${error.step}; a smaller learning rate may help (--set optimizer.learningRate=${smaller}), or a warm-up`,
    { cause: error },
  );
}
