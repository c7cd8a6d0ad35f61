/** Training plan: all that is fixed before the first step, as plain data that is sent to workers. */

import type { Normalization } from '../idx/normalization.js';
import type { Augmentation } from '../image/augment/spec.js';
import type { TeacherSpec } from '../model/lowering/training-graph.js';
import type { ModelSpec } from '../model/network.js';
import type { ScheduleSpan, ScheduleSpec } from './lr-schedules.js';
import type { MixingSpec } from './mixup.js';
import type { OptimizerSpec } from './optimizers.js';
import type { ResizingSpec } from './progressive-resizing.js';
import type { AverageSpec } from './weight-averaging.js';

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
