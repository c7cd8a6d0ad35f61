/** What an engine does for the training loop: epochs of steps, judgement of the weights of the moment, and the weights themselves. */

import type { TrainingImages, TrainingPlan } from '../step/plan.js';

export interface Weights {
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
}

export interface EpochPlan {
  /** From 1. */
  readonly epoch: number;
  /** Indices of the images in the order of this epoch; steps × batch of them are used. */
  readonly permutation: Uint32Array;
  readonly firstStep: number;
  /** Of the whole epoch. */
  readonly steps: number;
  /** What is done of it already, by a call that ended early: it goes on from there as if there had been no pause. */
  readonly progress: EpochProgress;
  /** Factor on the learning rate beside the schedule's. */
  readonly rateFactor: number;
  /** Called a few times a second with the steps done and the mean loss and accuracy up to there. */
  readonly onProgress?: (stepsDone: number, loss: number, accuracy: number) => void;
  /** Asked a few times a second; true ends the epoch after the step under way. */
  readonly shouldStop?: () => boolean;
}

/** How far an epoch has come. Sums, not means: going on with them gives the last digit of an epoch without a pause. */
export interface EpochProgress {
  /** Fewer than planned where `shouldStop` said so. */
  readonly steps: number;
  /** Sum over the images trained on, and how many of them were right. */
  readonly loss: number;
  readonly correct: number;
}

/** Before an epoch's first step. */
export const zeroProgress: EpochProgress = { steps: 0, loss: 0, correct: 0 };

/**
 * All that a trainer carries from one step to the next, by name: parameters, statistics, their averages where the plan
 * wants them, the optimiser's arrays.
 * Valid until the next step; those who keep it longer copy it.
 */
export type TrainerState = Readonly<Record<string, Float32Array>>;

/** What weights come to on a set of images. */
export interface EvaluationResult {
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
}

export interface Trainer {
  /** Raises a DivergedError where the loss or a weight is no longer finite. */
  runEpoch(plan: EpochPlan): Promise<EpochProgress>;
  /** Of the weights of the moment, averaged where the plan wants that. */
  evaluate(images: TrainingImages): Promise<EvaluationResult>;
  /** A copy of those that are judged. */
  weights(): Weights;
  state(): TrainerState;
  /** Puts the trainer where another one of the same engine and plan was; an Error where the arrays are not those of this plan. */
  restore(state: TrainerState): void;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: 'onnxruntime' | 'tensorflow';
  createTrainer(plan: TrainingPlan, images: TrainingImages): Promise<Trainer>;
}

/** Training went to NaN or infinity. */
export class DivergedError extends Error {
  override name = 'DivergedError';

  constructor(
    /** From 1. */
    readonly step: number,
    readonly loss: number,
    /** Which loss: the one of a step, or the one of the validation images behind it. */
    readonly images: 'training' | 'validation' = 'training',
  ) {
    super(`the ${images} loss is ${loss} at step ${step}`);
  }
}
