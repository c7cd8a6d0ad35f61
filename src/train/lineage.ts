/** What a model file says of how it came about: no clock, no host, no path, so that the same run gives the same bytes. */

import { version } from '../cli/version.js';
import type { TrainingPlan } from '../engine/engine.js';
import type { HistoryRecord } from '../idx/annotation.js';
import type { ModelInfo } from '../model/info.js';
import type { Dataset } from './dataset.js';
import type { TrainingResult } from './loop.js';
import type { Recipe } from './recipe.js';

export interface TrainingFacts {
  readonly recipe: Recipe;
  readonly plan: TrainingPlan;
  readonly training: Dataset;
  readonly validation: Dataset | undefined;
  readonly engine: string;
  readonly result: TrainingResult;
}

export function describeTraining(facts: TrainingFacts): Omit<ModelInfo, 'digest'> {
  const { recipe, plan, training, validation, engine, result } = facts;
  const { annotation } = training;
  const { dataset, synthetic } = annotation ?? {};
  const own: HistoryRecord = {
    program: 'fmnist-train',
    version: version(),
    options: { recipe: recipe.name, seed: plan.seed },
    read: [training, validation].flatMap((set) => (set ? [set.digest] : [])),
  };
  return {
    rows: plan.rows,
    columns: plan.columns,
    classes: training.classes,
    normalization: plan.normalization,
    ...(dataset === undefined ? {} : { dataset }),
    ...(synthetic ? { synthetic } : {}),
    spec: plan.spec,
    recipe,
    lineage: { history: [...(annotation?.history ?? []), own], seed: plan.seed, engine },
    training: trainingFigures(facts, result),
  };
}

/** The figures of the epoch whose weights are kept, without those that depend on the machine's speed. */
function trainingFigures({ training, validation }: TrainingFacts, result: TrainingResult) {
  const { epoch, epochsRun, interrupted } = result;
  return {
    images: training.count,
    ...(validation ? { validationImages: validation.count } : {}),
    epochs: epochsRun,
    ...(epoch
      ? {
          keptEpoch: epoch.epoch,
          loss: epoch.loss,
          accuracy: epoch.accuracy,
          ...(epoch.validationLoss === undefined
            ? {}
            : {
                validationLoss: epoch.validationLoss,
                validationAccuracy: epoch.validationAccuracy,
              }),
        }
      : {}),
    ...(interrupted ? { interrupted } : {}),
  };
}
