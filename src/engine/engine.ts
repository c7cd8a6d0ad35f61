/** Contract between the training loop and an engine: epochs of steps, evaluation of the current weights, state. */

import type { TrainingImages, TrainingPlan } from '../step/plan.js';

/** Values of a network, flat, in the order of its slots. */
export interface Weights {
  /** [parameterCount]. */
  readonly parameters: Float32Array;
  /** [statisticCount] running statistics of batch normalisation. */
  readonly statistics: Float32Array;
}

/** Epoch to be trained, or the rest of one. */
export interface EpochPlan {
  /** Epoch, from 1. */
  readonly epoch: number;
  /** [images] permutation of the images in this epoch; the first steps × batch of them are used. */
  readonly permutation: Uint32Array;
  /** Number of the epoch's first step, from 0, counted over all epochs. */
  readonly firstStep: number;
  /** Steps of the whole epoch. */
  readonly steps: number;
  /** Progress by a call that ended early: the epoch goes on from there as if there had been no pause. */
  readonly progress: EpochProgress;
  /** Factor on the learning rate, beside that of the schedule. */
  readonly learningRateFactor: number;
  /** Called a few times a second with the steps done and the mean loss and accuracy up to there. */
  readonly onProgress?: (stepsDone: number, loss: number, accuracy: number) => void;
  /** Called a few times a second; true ends the epoch after the current step. */
  readonly shouldStop?: () => boolean;
}

/** Progress of an epoch. Sums, not means: going on with them gives an epoch without a pause to the last digit. */
export interface EpochProgress {
  /** Steps done; fewer than planned where `shouldStop` said so. */
  readonly steps: number;
  /** Sum of the losses of the images trained on, and the count of correct predictions. */
  readonly loss: number;
  readonly correct: number;
}

/** Progress before an epoch's first step. */
export const zeroProgress: EpochProgress = { steps: 0, loss: 0, correct: 0 };

/**
 * State that a trainer carries from one step to the next, by name: `parameters`, `statistics`, `average.parameters` and
 * `average.statistics` where the recipe averages, `optimizer.0` and so on. Checkpoints store it under these names.
 * Valid until the next step; copy it to keep it longer.
 */
export type TrainerState = Readonly<Record<string, Float32Array>>;

/** Loss and accuracy of one set of weights on one set of images. */
export interface EvaluationResult {
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
}

/** Training under way on one engine. */
export interface Trainer {
  /** Trains an epoch, or the rest of one. Throws DivergedError where the loss or a weight is no longer finite. */
  runEpoch(plan: EpochPlan): Promise<EpochProgress>;
  /** Evaluates the current weights, or their averages where the recipe averages. */
  evaluate(images: TrainingImages): Promise<EvaluationResult>;
  /** Copy of the weights that are evaluated. */
  weights(): Weights;
  state(): TrainerState;
  /** Restores the state of another trainer of the same engine and plan. Throws an Error where the arrays are not those of this plan. */
  restore(state: TrainerState): void;
  close(): Promise<void>;
}

/**
 * An engine that trains. One that executes graphs implements GraphEngine (graph-engine.ts), and its trainer is that of
 * parallel/; any other implements the programs of programs.ts.
 */
export interface Engine {
  readonly name: 'onnxruntime' | 'tensorflow';
  createTrainer(plan: TrainingPlan, images: TrainingImages): Promise<Trainer>;
}

/** Divergence: training went to NaN or infinity. */
export class DivergedError extends Error {
  override name = 'DivergedError';

  constructor(
    /** Step, from 1. */
    readonly step: number,
    readonly loss: number,
    /** Images of the loss: those of the step, or the validation images after it. */
    readonly images: 'training' | 'validation' = 'training',
  ) {
    super(`the ${images} loss is ${loss} at step ${step}`);
  }
}
