/** Lineage of a trained model, for its file: no clock, no host, no path, so that the same run gives the same bytes. */

import { version } from '../core/version.js';
import type { HistoryRecord } from '../idx/annotation.js';
import type { ModelInfo } from '../model/info.js';
import type { TrainingPlan } from '../step/plan.js';
import type { InitialWeights } from './initial-weights.js';
import type { TrainingResult } from './loop.js';
import type { Teacher } from './teacher.js';
import type { TrainingData } from './training-data.js';

/** Everything that the lineage of a model is made from. */
export interface TrainingFacts {
  readonly plan: TrainingPlan;
  readonly data: TrainingData;
  readonly engine: string;
  readonly initial: Pick<InitialWeights, 'digest'> | undefined;
  readonly teacher: Pick<Teacher, 'digest'> | undefined;
  readonly result: TrainingResult;
}

/** Describes a trained model for its file. */
export function describeTraining(facts: TrainingFacts): Omit<ModelInfo, 'digest'> {
  const { plan, data, engine, initial, teacher, result } = facts;
  const { recipe } = plan;
  const { training, validation, heldOut } = data;
  const { annotation } = training;
  const { dataset, synthetic } = annotation ?? {};
  const own: HistoryRecord = {
    program: 'fmnist-train',
    version: version(),
    options: {
      recipe: recipe.name,
      seed: plan.seed,
      ...(heldOut === undefined ? {} : { validation: heldOut }),
      ...(initial ? { init: initial.digest } : {}),
      ...(teacher ? { teacher: teacher.digest } : {}),
    },
    // Held-out images were read with the others.
    read:
      validation && heldOut === undefined
        ? [training.digest, validation.digest]
        : [training.digest],
  };
  return {
    rows: plan.rows,
    columns: plan.columns,
    classes: training.classes,
    normalization: plan.normalization,
    ...(dataset === undefined ? {} : { dataset }),
    ...(synthetic ? { synthetic } : {}),
    spec: recipe.model,
    recipe,
    lineage: { history: [...(annotation?.history ?? []), own], seed: plan.seed, engine },
    training: trainingMetrics(data, result),
  };
}

/** Metric values of the epoch whose weights are kept, without those that depend on the machine's speed. */
function trainingMetrics(
  { training, validation }: TrainingData,
  { epoch, epochsRun, end }: TrainingResult,
) {
  const { loss, accuracy, validationLoss, validationAccuracy } = epoch;
  return {
    images: training.count,
    ...(validation ? { validationImages: validation.count } : {}),
    epochs: epochsRun,
    keptEpoch: epoch.epoch,
    loss,
    accuracy,
    ...(validationLoss === undefined ? {} : { validationLoss, validationAccuracy }),
    ...(end === 'interrupt' ? { interrupted: true } : {}),
  };
}
