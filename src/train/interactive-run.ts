/** A training run with a person beside it: a progress bar, a line and a log record an epoch, and an interrupt that ends it well. */

import { setTimeout } from 'node:timers/promises';
import { info, openProgress, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { OperationalError } from '../core/errors.js';
import type { Engine, Weights } from '../engine/engine.js';
import type { ByteSink } from '../io/byte-sink.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { TrainingRunRecord } from '../ndjson/records.js';
import type { TrainingPlan } from '../step/plan.js';
import type { Recipe } from '../step/recipe.js';
import type { CheckpointFolder } from './checkpoint-folder.js';
import { runTraining, type TrainingResult } from './loop.js';
import { epochLine, explained, onward, outcome, progressNote } from './messages.js';
import type { TrainingSnapshot } from './snapshot.js';
import type { TrainingData } from './training-data.js';

export interface InteractiveRun {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly plan: TrainingPlan;
  readonly data: TrainingData;
  /** Opens the log. */
  readonly run: TrainingRunRecord;
  /** The weights to begin with; else fresh ones. */
  readonly initial: Weights | undefined;
  /** Where to go on; the log gets the epochs before that first. */
  readonly from: TrainingSnapshot | undefined;
  readonly checkpoints: CheckpointFolder | undefined;
}

/** Runs it to the end. An OperationalError where it diverges, or is ended by the user before there is a model. */
export async function runInteractively(
  io: CommandIo,
  log: ByteSink | undefined,
  { engine, recipe, plan, data, run, initial, from, checkpoints }: InteractiveRun,
): Promise<TrainingResult> {
  const { training, validation } = data;
  const total = plan.span.totalSteps * plan.recipe.batch;
  const progress = await openProgress(io, { total, unit: 'images' });
  let epochsDone = from?.epochs.length ?? 0;
  let stopAsked = false;
  /** Set by SIGTERM, called when the process may end. */
  let ready: (() => void) | undefined;
  const releaseInterrupt = io.onInterrupt(() => {
    progress.stop();
    warn(
      io,
      `interrupted: ending after this step, ${epochsDone > 0 ? 'with the best model so far' : 'without a model, as no epoch is over yet'} (once more to end at once)`,
    );
    stopAsked = true;
  });
  const releaseTermination = checkpoints
    ? io.onTermination(() => {
        progress.stop();
        warn(io, 'to be terminated: ending after this step, with a checkpoint');
        stopAsked = true;
        return new Promise((resolve) => {
          ready = resolve;
        });
      })
    : () => {};
  try {
    for (const record of [run, ...(from?.epochs ?? [])]) await log?.write(encodeRecord(record));
    const result = await runTraining({
      engine,
      recipe,
      plan,
      training,
      validation,
      initial,
      from,
      keeper: checkpoints && {
        due: () => checkpoints.due(),
        keep: async (moment) => {
          // It may have something to say.
          progress.stop();
          await checkpoints.keep(moment);
          ready?.();
          // Here the signal ends the process; it needs a moment to arrive.
          if (ready) await setTimeout(60_000);
        },
      },
      onProgress: (images, epoch, loss, accuracy) =>
        progress.update(images, progressNote(recipe, epoch, loss, accuracy)),
      onEpoch: async (record) => {
        epochsDone++;
        progress.stop();
        info(io, epochLine(record, recipe));
        await log?.write(encodeRecord(record));
      },
      shouldStop: () => stopAsked,
    });
    const newest = checkpoints && onward(checkpoints.newest);
    if (!result)
      throw new OperationalError(
        'training',
        `ended before its first epoch was over; there is no model${newest ? `; ${newest}` : ''}`,
      );
    info(io, outcome(result, recipe));
    if (newest && result.end === 'interrupt') info(io, newest);
    return result;
  } catch (error) {
    throw explained(error, recipe);
  } finally {
    progress.stop();
    releaseInterrupt();
    releaseTermination();
  }
}
