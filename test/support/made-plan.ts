/** Training plans for tests: a small recipe and a small set, with what a test changes of either. */

import { scaleToUnit } from '../../src/idx/normalization.js';
import type { TrainingPlan } from '../../src/step/plan.js';
import type { Recipe } from '../../src/step/recipe.js';

/** Fields of a plan and of its recipe, side by side; `normalization` is the plan's. */
export type PlanChanges = Partial<Omit<TrainingPlan, 'recipe'>> &
  Partial<Omit<Recipe, 'normalization'>>;

/** A plan of four images a step by plain gradient descent, on images of 4 × 4 pixels of three classes. */
export function madePlan(changes: PlanChanges): TrainingPlan {
  const {
    rows = 4,
    columns = 4,
    classes = 3,
    normalization = scaleToUnit,
    span = { stepsPerEpoch: 6, totalSteps: 12 },
    seed = 1,
    threads = 1,
    teacherModel,
    ...recipe
  } = changes;
  return {
    recipe: {
      name: 'made',
      describe: '',
      model: { layers: [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }] },
      normalization: { kind: 'scale', per: 'dataset' },
      optimizer: {
        kind: 'sgd',
        learningRate: 0.05,
        weightDecay: 0,
        momentum: 0.9,
        nesterov: true,
      },
      schedule: { kind: 'constant' },
      labelSmoothing: 0,
      batch: 4,
      replicas: 1,
      epochs: span.totalSteps / span.stepsPerEpoch,
      stopping: { patience: 0, minDelta: 0 },
      plateau: { patience: 0, factor: 0.2, minDelta: 0, minFactor: 0 },
      ...recipe,
    },
    ...{ rows, columns, classes, normalization, span, seed, threads },
    ...(teacherModel ? { teacherModel } : {}),
  };
}
