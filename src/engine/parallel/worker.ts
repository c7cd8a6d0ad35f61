/** Worker of a team: runs its micro-batches of every step, updates its share of the weights, evaluates its chunks. */

import { availableParallelism } from 'node:os';
import { shapeNetwork } from '../../model/network.js';
import { fillBatch, openTransforms, type Transforms, targetClass } from '../../step/batch.js';
import { trainingNetwork } from '../../step/epoch-network.js';
import { sumLosses, validationChunk } from '../../step/loss.js';
import type { Programs, StepProgram } from '../programs.js';
import { Barrier } from './barrier.js';
import { control } from './memory.js';
import type { TeamReply, TeamRequest, TeamWorker, WorkerSetup } from './protocol.js';
import { openUpdater } from './update.js';

/**
 * Opens a worker. betweenSteps: yields to signals and timers, for a worker that shares its thread.
 */
export async function openWorker(
  programs: Programs,
  { plan, images, memory, worker }: WorkerSetup,
  betweenSteps?: () => Promise<unknown>,
): Promise<TeamWorker> {
  const { batch } = plan.recipe;
  const network = shapeNetwork(plan.recipe.model, plan);
  const runs = memory.runTotals.length / 2;
  const samples = batch / runs;
  const barrier = new Barrier(memory.barrier, plan.threads, plan.threads <= availableParallelism());
  const updater = openUpdater(network, plan, memory, worker);
  const [first, ...others] = Array.from({ length: runs }, (_, i) => i).filter(
    (run) => run % plan.threads === worker,
  );
  let program = await programs.compileStep(trainingNetwork(plan, 1));
  const evaluation = await programs.compileEvaluation();

  /** Recompiles the program where the images of an epoch (from 1) have another size. */
  async function fitProgram(epoch: number): Promise<void> {
    const wanted = trainingNetwork(plan, epoch);
    const { rows, columns } = program.network;
    if (rows === wanted.rows && columns === wanted.columns) return;
    await program.release();
    program = await programs.compileStep(wanted);
  }

  async function runEpoch(request: TeamRequest & { type: 'epoch' }): Promise<TeamReply> {
    await fitProgram(request.epoch);
    const transforms = openTransforms(plan, images, request.epoch);
    const fill = async (run: number, i: number) => {
      if (i >= request.steps) return;
      fillRun(run, i, request.firstStep + i, transforms);
      await program.prepare();
    };
    if (first !== undefined) await fill(first, request.done);
    for (let i = request.done; i < request.steps; i++) {
      const step = request.firstStep + i;
      program.parameters.set(memory.parameters);
      if (first !== undefined) await runProgram(program, first);
      for (const run of others) {
        await fill(run, i);
        await runProgram(program, run);
      }
      const round = barrier.arrive();
      // The next inputs and the teacher's predictions depend on no other worker: they are made while slower ones compute.
      if (first !== undefined) await fill(first, i + 1);
      barrier.leave(round);
      const [loss, correct] = stepTotals();
      // Every worker sees the same totals, so all of them leave here together or none.
      if (!Number.isFinite(loss)) return { type: 'diverged', step: step + 1, loss: loss / batch };
      updater.parameters(step, request.learningRateFactor);
      if (worker === 0) {
        updater.statistics(step);
        memory.epochTotals[0] = memory.epochTotals[0]! + loss;
        memory.epochTotals[1] = memory.epochTotals[1]! + correct;
        Atomics.store(memory.control, control.stepsDone, i + 1);
        // Decided between the barriers: else one worker could read it after this step, and another after the last.
        if (Atomics.load(memory.control, control.stopRequested) === 1)
          Atomics.store(memory.control, control.stopDecided, 1);
      }
      barrier.wait();
      await betweenSteps?.();
      if (Atomics.load(memory.control, control.stopDecided) === 1) break;
    }
    return { type: 'done' };
  }

  /** Fills the inputs of a program run of the epoch's step `i`, which is step `step` of the training. */
  function fillRun(run: number, i: number, step: number, transforms: Transforms): void {
    const at = i * batch + run * samples;
    const indices = memory.permutation.subarray(at, at + samples);
    fillBatch(program, plan, images, indices, step * batch + run * samples, transforms);
  }

  /** Runs the filled program, and writes its results to the shared memory. */
  async function runProgram(filled: StepProgram, run: number): Promise<void> {
    await filled.run();
    memory.gradients.set(filled.gradients, run * network.parameterCount);
    memory.batchStatistics.set(filled.statistics, run * network.statisticCount);
    memory.runTotals[2 * run] = filled.losses.reduce((sum, loss) => sum + loss, 0);
    memory.runTotals[2 * run + 1] = correctPredictions(filled, plan.classes);
  }

  /** Sum of losses and count of correct predictions of the step, added in the order of the program runs. */
  function stepTotals(): [loss: number, correct: number] {
    let [loss, correct] = [0, 0];
    for (let run = 0; run < runs; run++) {
      loss += memory.runTotals[2 * run]!;
      correct += memory.runTotals[2 * run + 1]!;
    }
    return [loss, correct];
  }

  /** Evaluates every `threads`-th chunk of a set: sum of losses and count of correct predictions of each into `totals`. */
  async function evaluate({ images: set, totals }: TeamRequest & { type: 'evaluate' }) {
    const pixels = network.rows * network.columns;
    const loaded = evaluation.load(memory.evaluated);
    try {
      const chunks = Math.ceil(set.count / validationChunk);
      for (let chunk = worker; chunk < chunks; chunk += plan.threads) {
        const start = chunk * validationChunk;
        const end = Math.min(set.count, start + validationChunk);
        const raw = set.pixels.subarray(start * pixels, end * pixels);
        if (raw.length !== (end - start) * pixels)
          throw new Error(`${raw.length} bytes are not ${end - start} images of ${pixels} pixels`);
        const labels = set.classIndices.subarray(start, end);
        totals.set(
          sumLosses(await loaded.logits(raw, end - start), labels, plan.classes),
          2 * chunk,
        );
        await betweenSteps?.();
      }
    } finally {
      loaded.close();
    }
  }

  return async (request) => {
    if (request.type === 'epoch') return runEpoch(request);
    await evaluate(request);
    return { type: 'done' };
  };
}

/** Count of correct predictions of a micro-batch; the class of a mixed image is that of its largest target. */
function correctPredictions(
  { logits, targets }: Pick<StepProgram, 'logits' | 'targets'>,
  classes: number,
): number {
  let correct = 0;
  for (let i = 0; i * classes < targets.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const label = targetClass(targets, i, classes);
    const value = row[label]!;
    if (row.every((other, c) => (c < label ? other < value : other <= value))) correct++;
  }
  return correct;
}
