/** The memory a training run's worker threads share, and who does what in it. */

import type { Network } from '../../model/network.js';
import type { TrainingPlan } from '../../step/plan.js';
import {
  sharedDoubles,
  sharedFloats,
  sharedIndices,
  sharedIntegers,
} from '../../step/shared-memory.js';
import type { Weights } from '../engine.js';

export interface TrainingMemory {
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
  /** What is judged and kept: the averages of these two where the plan wants them, else these two. */
  readonly judged: Weights;
  readonly optimizerState: readonly Float32Array[];
  /** replicas × parameterCount: each slice's gradients. */
  readonly gradients: Float32Array;
  /** replicas × statisticCount: each slice's batch figures. */
  readonly batchStatistics: Float32Array;
  /** replicas × 2: sum of losses and count of right answers of each slice in the step under way. */
  readonly sliceFigures: Float64Array;
  /** Sum of losses and count of right answers of the epoch so far, kept by worker 0. */
  readonly epochFigures: Float64Array;
  /** The epoch's order of images. */
  readonly order: Uint32Array;
  /** See `control`. */
  readonly control: Int32Array;
  readonly barrier: Int32Array;
}

/** Cells of `TrainingMemory.control`. */
export const control = {
  /** Steps done in this epoch (written by worker 0). */
  stepsDone: 0,
  /** The main thread asks for an end. */
  stopAsked: 1,
  /** Worker 0 has seen that; all workers end after this step. */
  stopDecided: 2,
} as const;

export function createMemory(
  network: Network,
  plan: TrainingPlan,
  stateArrays: number,
  images: number,
): TrainingMemory {
  const { parameterCount, statisticCount } = network;
  const weights = (): Weights => ({
    parameters: sharedFloats(parameterCount),
    statistics: sharedFloats(statisticCount),
  });
  const current = weights();
  return {
    ...current,
    judged: plan.average ? weights() : current,
    optimizerState: Array.from({ length: stateArrays }, () => sharedFloats(parameterCount)),
    gradients: sharedFloats(plan.replicas * parameterCount),
    batchStatistics: sharedFloats(plan.replicas * statisticCount),
    sliceFigures: sharedDoubles(plan.replicas * 2),
    epochFigures: sharedDoubles(2),
    order: sharedIndices(images),
    control: sharedIntegers(3),
    barrier: sharedIntegers(3),
  };
}
