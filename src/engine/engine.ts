/** What an engine does for the training loop: epochs of steps, judgement of the weights of the moment, and the weights themselves. */

import type { Normalization } from '../idx/normalization.js';
import type { Augmentation } from '../image/augment/spec.js';
import type { TeacherSpec } from '../model/lowering/training-graph.js';
import type { ModelSpec } from '../model/network.js';
import type { ScheduleSpan, ScheduleSpec } from '../step/lr-schedules.js';
import type { MixingSpec } from '../step/mixup.js';
import type { OptimizerSpec } from '../step/optimizers.js';
import type { ResizingSpec } from '../step/progressive-resizing.js';
import type { AverageSpec } from '../step/weight-averaging.js';

/** Images in memory that every worker shares. */
export interface TrainingImages {
  readonly count: number;
  /** count × rows × columns raw bytes, in shared memory. */
  readonly pixels: Uint8Array;
  /** One class index (not label value) an image, in shared memory. */
  readonly classIndices: Uint8Array;
}

/** All that is fixed before the first step. Plain data: it is sent to workers. */
export interface TrainingPlan {
  readonly spec: ModelSpec;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly normalization: Normalization;
  /** Each image is changed in each epoch by `trainingAugmenter`; absent, images are as they are. */
  readonly augmentation?: Augmentation;
  /** Images mixed in pairs by `openMixer`; absent, not in this way. */
  readonly mixup?: MixingSpec;
  readonly cutmix?: MixingSpec;
  /** Images of the first epochs are smaller; absent, they are whole. */
  readonly resizing?: ResizingSpec;
  readonly optimizer: OptimizerSpec;
  readonly schedule: ScheduleSpec;
  readonly span: ScheduleSpan;
  /** The average of the weights is what is judged and kept; absent, the weights are. */
  readonly average?: AverageSpec;
  /** What else is learnt from, and its model file, in shared memory. */
  readonly teacher?: TeacherSpec & { readonly model: Uint8Array };
  readonly labelSmoothing: number;
  readonly seed: number;
  /** Images a step. */
  readonly batch: number;
  /** Equal slices a step's batch is cut into; batch normalisation sees one slice at a time. The result depends on this. */
  readonly replicas: number;
  /** Workers that share the slices. The result does not depend on this. */
  readonly threads: number;
}

export interface Weights {
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
}

export interface EpochPlan {
  /** From 1. */
  readonly epoch: number;
  /** Indices of the images in the order of this epoch; steps × batch of them are used. */
  readonly order: Uint32Array;
  readonly firstStep: number;
  /** Of the whole epoch. */
  readonly steps: number;
  /** What is done of it already, by a call that ended early: it goes on from there as if there had been no pause. */
  readonly begun: EpochSoFar;
  /** Factor on the learning rate beside the schedule's. */
  readonly rateFactor: number;
  /** Called a few times a second with the steps done and the mean loss and accuracy up to there. */
  readonly onProgress?: (stepsDone: number, loss: number, accuracy: number) => void;
  /** Asked a few times a second; true ends the epoch after the step under way. */
  readonly shouldStop?: () => boolean;
}

/** How far an epoch has come. Sums, not means: going on with them gives the last digit of an epoch without a pause. */
export interface EpochSoFar {
  /** Fewer than planned where `shouldStop` said so. */
  readonly steps: number;
  /** Sum over the images trained on, and how many of them were right. */
  readonly loss: number;
  readonly correct: number;
}

/** Before an epoch's first step. */
export const notBegun: EpochSoFar = { steps: 0, loss: 0, correct: 0 };

/**
 * All that a trainer carries from one step to the next, by name: parameters, statistics, their averages where the plan
 * wants them, the optimiser's arrays.
 * Valid until the next step; those who keep it longer copy it.
 */
export type TrainerState = Readonly<Record<string, Float32Array>>;

/** What weights come to on a set of images. */
export interface SetFigures {
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
}

export interface Trainer {
  /** Raises a DivergedError where the loss or a weight is no longer finite. */
  runEpoch(plan: EpochPlan): Promise<EpochSoFar>;
  /** Of the weights of the moment, averaged where the plan wants that. */
  judge(images: TrainingImages): Promise<SetFigures>;
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
