/** Interactive training run: progress bar, one line and one log record an epoch, and signals that end it well. */

import { setTimeout } from 'node:timers/promises';
import { info, openProgress, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { OperationalError } from '../core/errors.js';
import type { Engine, Weights } from '../engine/engine.js';
import type { ByteSink } from '../io/byte-sink.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { TrainingRunRecord } from '../ndjson/records.js';
import type { TrainingPlan } from '../step/plan.js';
import type { CheckpointFolder } from './checkpoint-folder.js';
import { runTraining, type TrainingResult } from './loop.js';
import {
  describeFailure,
  describeOutcome,
  epochLine,
  progressNote,
  resumeHint,
} from './messages.js';
import type { TrainingSnapshot } from './snapshot.js';
import type { TrainingData } from './training-data.js';

/** A training run and its surroundings. */
export interface InteractiveRun {
  readonly engine: Engine;
  readonly plan: TrainingPlan;
  readonly data: TrainingData;
  /** First record of the log. */
  readonly run: TrainingRunRecord;
  /** Weights to begin with; absent, fresh ones. */
  readonly initial: Weights | undefined;
  /** Snapshot to resume from; the log begins with its epochs. */
  readonly from: TrainingSnapshot | undefined;
  readonly checkpoints: CheckpointFolder | undefined;
}

/** Runs a training to its end. Throws OperationalError where it diverges, or where the user ends it before there is a model. */
export async function runInteractively(
  io: CommandIo,
  log: ByteSink | undefined,
  { engine, plan, data, run, initial, from, checkpoints }: InteractiveRun,
): Promise<TrainingResult> {
  const { recipe } = plan;
  const { training, validation } = data;
  const total = plan.span.totalSteps * recipe.batch;
  const progress = await openProgress(io, { total, unit: 'images' });
  let epochsDone = from?.epochs.length ?? 0;
  let stopAsked = false;
  /** Set by SIGTERM; called when the process may end. */
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
      plan,
      training,
      validation,
      initial,
      from,
      checkpointer: checkpoints && {
        due: () => checkpoints.due(),
        save: async (snapshot) => {
          // It may have something to say.
          progress.stop();
          await checkpoints.save(snapshot);
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
    const newest = checkpoints && resumeHint(checkpoints.newest);
    if (!result)
      throw new OperationalError(
        'training',
        `ended before its first epoch was over; there is no model${newest ? `; ${newest}` : ''}`,
      );
    info(io, describeOutcome(result, recipe));
    if (newest && result.end === 'interrupt') info(io, newest);
    return result;
  } catch (error) {
    throw describeFailure(error, recipe);
  } finally {
    progress.stop();
    releaseInterrupt();
    releaseTermination();
  }
}
