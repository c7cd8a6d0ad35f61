/** Training plan: all that is fixed before the first step, as plain data that is sent to workers. */

import type { Normalization } from '../idx/normalization.js';
import type { ScheduleSpan } from './lr-schedules.js';
import type { Recipe } from './recipe.js';

/** Images in memory that every worker shares. */
export interface TrainingImages {
  readonly count: number;
  /** [count, rows, columns] raw bytes, in shared memory. */
  readonly pixels: Uint8Array;
  /** [count] class indices (not label values), in shared memory. */
  readonly classIndices: Uint8Array;
}

/** Plan of a training run: the recipe, and what the data adds to it. */
export interface TrainingPlan {
  readonly recipe: Recipe;
  /** Size of the images. */
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** Normalisation, fitted to the training images or brought by a normalised stream; the recipe's names only the kind. */
  readonly normalization: Normalization;
  readonly span: ScheduleSpan;
  readonly seed: number;
  /** Workers that share the micro-batches of a step. The result does not depend on this. */
  readonly threads: number;
  /** [bytes] of the teacher's model file, in shared memory; absent, there is no teacher, whatever the recipe says. */
  readonly teacherModel?: Uint8Array;
}
