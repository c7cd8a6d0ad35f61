/** Shared memory of a training run, with the writer of each array. */

import type { Network } from '../../model/network.js';
import type { TrainingPlan } from '../../step/plan.js';
import {
  sharedDoubles,
  sharedFloats,
  sharedIndices,
  sharedIntegers,
} from '../../step/shared-memory.js';
import type { Weights } from '../engine.js';

/** Arrays of a run. A *program run* is a micro-batch, or all of them where the engine takes them together. */
export interface TrainingMemory {
  /** [parameterCount] current weights. */
  readonly parameters: Float32Array;
  /** [statisticCount] current running statistics. */
  readonly statistics: Float32Array;
  /** Weights that are evaluated and kept: the averages of these two where the recipe averages, else these two. */
  readonly evaluated: Weights;
  /** [parameterCount] each. */
  readonly optimizerState: readonly Float32Array[];
  /** [runs, parameterCount]: the gradients of each program run of a step. */
  readonly gradients: Float32Array;
  /** [runs, statisticCount]: the batch statistics of each program run. */
  readonly batchStatistics: Float32Array;
  /** [runs, 2]: sum of losses and count of correct predictions of each program run in the current step. */
  readonly runTotals: Float64Array;
  /** [2]: sum of losses and count of correct predictions of the epoch so far, written by worker 0. */
  readonly epochTotals: Float64Array;
  /** [images]: the epoch's permutation. */
  readonly permutation: Uint32Array;
  /** [3]: see `control`. */
  readonly control: Int32Array;
  /** [3]: the cells of the team's barrier. */
  readonly barrier: Int32Array;
}

/** Cells of `TrainingMemory.control`. */
export const control = {
  /** Steps done in this epoch (written by worker 0). */
  stepsDone: 0,
  /** The main thread requests an end. */
  stopRequested: 1,
  /** Worker 0 has seen the request; all workers end after this step. */
  stopDecided: 2,
} as const;

/** Allocates the memory. runs: program runs a step; images: count of training images. */
export function createMemory(
  network: Network,
  plan: TrainingPlan,
  sizes: { readonly runs: number; readonly stateArrays: number; readonly images: number },
): TrainingMemory {
  const { parameterCount, statisticCount } = network;
  const weights = (): Weights => ({
    parameters: sharedFloats(parameterCount),
    statistics: sharedFloats(statisticCount),
  });
  const current = weights();
  return {
    ...current,
    evaluated: plan.recipe.average ? weights() : current,
    optimizerState: Array.from({ length: sizes.stateArrays }, () => sharedFloats(parameterCount)),
    gradients: sharedFloats(sizes.runs * parameterCount),
    batchStatistics: sharedFloats(sizes.runs * statisticCount),
    runTotals: sharedDoubles(sizes.runs * 2),
    epochTotals: sharedDoubles(2),
    permutation: sharedIndices(sizes.images),
    control: sharedIntegers(3),
    barrier: sharedIntegers(3),
  };
}
