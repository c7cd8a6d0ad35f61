/** A training worker: runs its slices of each step, then updates its share of the parameters. */

import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Network, shapeNetwork } from '../../model/network.js';
import { fillBatch, openTransforms, type Transforms, targetClass } from '../../step/batch.js';
import { scheduleFactor } from '../../step/lr-schedules.js';
import { createOptimizer, type UpdateRange } from '../../step/optimizers.js';
import type { TrainingImages, TrainingPlan } from '../../step/plan.js';
import { trainingNetwork } from '../../step/progressive-resizing.js';
import { updateRunningStatistics } from '../../step/running-statistics.js';
import { averageDecay, updateAverage } from '../../step/weight-averaging.js';
import { Barrier } from '../parallel/barrier.js';
import { control, type TrainingMemory } from '../parallel/memory.js';
import { createValidator } from './judge.js';
import { openSliceSession, type SliceSession } from './slice-session.js';

export interface TrainingWorkerStart {
  readonly plan: TrainingPlan;
  readonly images: TrainingImages;
  readonly memory: TrainingMemory;
  readonly worker: number;
}

export type TrainingRequest =
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly firstStep: number;
      /** Steps of the epoch that are done already. */
      readonly begun: number;
      readonly steps: number;
      readonly rateFactor: number;
    }
  | {
      readonly type: 'judge';
      readonly images: TrainingImages;
      /** Shared: for each chunk of images, sum of losses and count of right answers. */
      readonly figures: Float64Array;
    };

export type TrainingReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  | { readonly type: 'diverged'; readonly step: number; readonly loss: number };

const { plan, images, memory, worker } = workerData as TrainingWorkerStart;
const network = shapeNetwork(plan.spec, plan);
const optimizer = createOptimizer(plan.optimizer);
const barrier = new Barrier(memory.barrier, plan.threads, plan.threads <= availableParallelism());
let session = await openSliceSession(trainingNetwork(plan, 1), plan);
const judge = await createValidator(network, plan.normalization, memory.judged);
const ranges = shareOf(network, worker, plan.threads);
const slices = Array.from({ length: plan.replicas }, (_, i) => i).filter(
  (slice) => slice % plan.threads === worker,
);

parentPort?.on('message', async (request: TrainingRequest) => {
  if (request.type === 'judge') {
    await judge(request.images, request.figures, worker, plan.threads);
    reply({ type: 'done' });
  } else reply(await runEpoch(request));
});
reply({ type: 'ready' });

function reply(message: TrainingReply): void {
  parentPort?.postMessage(message);
}

async function runEpoch(epoch: TrainingRequest & { type: 'epoch' }): Promise<TrainingReply> {
  await fitSession(epoch.epoch);
  const changes = openTransforms(plan, images, epoch.epoch);
  const fill = async (slice: number, i: number) => {
    if (i >= epoch.steps) return;
    fillSlice(session, slice, i, epoch.firstStep + i, changes);
    await session.prepare();
  };
  const [first, ...others] = slices;
  if (first !== undefined) await fill(first, epoch.begun);
  for (let i = epoch.begun; i < epoch.steps; i++) {
    const step = epoch.firstStep + i;
    session.parameters.set(memory.parameters);
    if (first !== undefined) await runSlice(session, first);
    for (const slice of others) {
      await fill(slice, i);
      await runSlice(session, slice);
    }
    const round = barrier.arrive();
    // The next images and masks, and what a teacher says of them, depend on no other worker: they are made while those who are behind still compute.
    if (first !== undefined) await fill(first, i + 1);
    barrier.leave(round);
    const [loss, correct] = stepFigures();
    // Every worker sees the same figures, so all of them leave here together or none.
    if (!Number.isFinite(loss))
      return { type: 'diverged', step: step + 1, loss: loss / plan.batch };
    update(step, epoch.rateFactor);
    if (worker === 0) {
      updateRunningStatistics(network, memory.statistics, memory.batchStatistics, plan.replicas);
      const decay = plan.average && averageDecay(plan.average, step, plan.span);
      if (decay !== undefined) updateAverage(memory.judged.statistics, memory.statistics, decay);
      memory.epochFigures[0] = memory.epochFigures[0]! + loss;
      memory.epochFigures[1] = memory.epochFigures[1]! + correct;
      Atomics.store(memory.control, control.stepsDone, i + 1);
      // Between the barriers: one worker could else read it behind this step and another behind the last.
      if (Atomics.load(memory.control, control.stopAsked) === 1)
        Atomics.store(memory.control, control.stopDecided, 1);
    }
    barrier.wait();
    if (Atomics.load(memory.control, control.stopDecided) === 1) break;
  }
  return { type: 'done' };
}

/** Sees to it that the session is one for the size that images have in an epoch (from 1). */
async function fitSession(epoch: number): Promise<void> {
  const wanted = trainingNetwork(plan, epoch);
  const { rows, columns } = session.network;
  if (rows === wanted.rows && columns === wanted.columns) return;
  await session.release();
  session = await openSliceSession(wanted, plan);
}

/** Images, targets and masks of a slice of the epoch's step `i`, which is step `step` of the run. */
function fillSlice(
  s: SliceSession,
  slice: number,
  i: number,
  step: number,
  changes: Transforms,
): void {
  const size = plan.batch / plan.replicas;
  const at = i * plan.batch + slice * size;
  const order = memory.order.subarray(at, at + size);
  fillBatch(s, plan, images, order, step * plan.batch + slice * size, changes);
}

/** Runs the slice that the session is filled with, and hands out what it found. */
async function runSlice(s: SliceSession, slice: number): Promise<void> {
  await s.run();
  memory.gradients.set(s.gradients, slice * network.parameterCount);
  memory.batchStatistics.set(s.statistics, slice * network.statisticCount);
  memory.sliceFigures[2 * slice] = s.losses.reduce((sum, loss) => sum + loss, 0);
  memory.sliceFigures[2 * slice + 1] = rightAnswers(s.logits, s.targets);
}

/** A mixed image's right answer is the class it has most of. */
function rightAnswers(logits: Float32Array, targets: Float32Array): number {
  let right = 0;
  for (let i = 0; i * plan.classes < targets.length; i++) {
    const row = logits.subarray(i * plan.classes, (i + 1) * plan.classes);
    const label = targetClass(targets, i, plan.classes);
    const value = row[label]!;
    if (row.every((other, c) => (c < label ? other < value : other <= value))) right++;
  }
  return right;
}

/** Sum of losses and right answers of the step, added in the order of the slices. */
function stepFigures(): [loss: number, correct: number] {
  let loss = 0;
  let correct = 0;
  for (let slice = 0; slice < plan.replicas; slice++) {
    loss += memory.sliceFigures[2 * slice]!;
    correct += memory.sliceFigures[2 * slice + 1]!;
  }
  return [loss, correct];
}

/** Adds the slices' gradients in their order, then steps the optimiser, on this worker's share of the parameters. */
function update(step: number, rateFactor: number): void {
  const { gradients, parameters, optimizerState } = memory;
  const count = network.parameterCount;
  const learningRate =
    plan.optimizer.learningRate * rateFactor * scheduleFactor(plan.schedule, step, plan.span);
  const decay = plan.average && averageDecay(plan.average, step, plan.span);
  for (const range of ranges) {
    for (let slice = 1; slice < plan.replicas; slice++) {
      const start = slice * count;
      for (let i = range.from; i < range.to; i++)
        gradients[i] = gradients[i]! + gradients[start + i]!;
    }
    optimizer.update(
      { parameters, gradients, state: optimizerState, learningRate, step: step + 1 },
      range,
    );
    if (decay !== undefined)
      updateAverage(memory.judged.parameters, parameters, decay, range.from, range.to);
  }
}

/** This worker's equal part of all parameters, cut where weight decay begins or ends, without those that are frozen. */
function shareOf(
  { parameters, parameterCount }: Network,
  part: number,
  parts: number,
): UpdateRange[] {
  const first = Math.floor((parameterCount * part) / parts);
  const last = Math.floor((parameterCount * (part + 1)) / parts);
  return parameters
    .filter(({ spec }) => !spec.frozen)
    .map(({ offset, length, spec }) => ({
      from: Math.max(first, offset),
      to: Math.min(last, offset + length),
      decay: spec.decay ?? false,
    }))
    .filter(({ from, to }) => from < to);
}
