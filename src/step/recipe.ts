/** Recipe of a training run: network, optimiser, schedule and all other settings, as data; train/recipe.ts reads it from JSON. */

import type { Normalization } from '../idx/normalization.js';
import type { Augmentation } from '../image/augment/spec.js';
import type { TeacherSpec } from '../model/lowering/training-graph.js';
import type { ModelSpec } from '../model/network.js';
import type { ScheduleSpec } from './lr-schedules.js';
import type { MixupAndCutmix } from './mixup.js';
import type { OptimizerSpec } from './optimizers.js';
import type { ResizingSpec } from './progressive-resizing.js';
import type { AverageSpec } from './weight-averaging.js';

/** A recipe, defaults filled in. Sections that change nothing are absent. */
export interface Recipe extends MixupAndCutmix {
  readonly name: string;
  readonly describe: string;
  readonly model: ModelSpec;
  /** Kind of normalisation that is fitted to raw training pixels; a normalised stream brings its own. */
  readonly normalization: Pick<Normalization, 'kind' | 'per'>;
  /** Augmentation of each image in each epoch; absent, none. */
  readonly augmentation?: Augmentation;
  /** Smaller images in the first epochs; absent, all are whole. */
  readonly resizing?: ResizingSpec;
  readonly optimizer: OptimizerSpec;
  readonly schedule: ScheduleSpec;
  /** Weight averaging: the averages are evaluated and kept; absent, the weights are. */
  readonly average?: AverageSpec;
  /** Distillation from a teacher; absent, none. */
  readonly teacher?: TeacherSpec;
  readonly labelSmoothing: number;
  /** Images a step, over all micro-batches. */
  readonly batch: number;
  /** Micro-batches of equal size that a step's batch is cut into; batch normalisation sees one at a time. The result depends on this. */
  readonly replicas: number;
  readonly epochs: number;
  /** Metric watched on the validation images; absent, the loss. */
  readonly monitor?: Monitor;
  readonly stopping: StoppingSpec;
  readonly plateau: PlateauSpec;
}

/** Metrics that early stopping and the plateau schedule can watch. */
export const monitors = ['loss', 'accuracy'] as const;

/** Watched metric; of the accuracy, the share of errors. */
export type Monitor = (typeof monitors)[number];

/** Early stopping. */
export interface StoppingSpec {
  /** Epochs without a better value after which training ends; 0: never. */
  readonly patience: number;
  /** Only a drop by more than this counts as better. */
  readonly minDelta: number;
}

/** Learning rate reduction on a plateau. */
export interface PlateauSpec {
  /** Epochs without a better value after which the learning rate is lowered; 0: never. */
  readonly patience: number;
  readonly factor: number;
  readonly minDelta: number;
  /** Least factor on the learning rate. */
  readonly minFactor: number;
}
