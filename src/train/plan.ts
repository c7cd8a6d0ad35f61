/** Planning of a training run: recipe and data are checked against each other, and become the plan of the engine. */

import { OperationalError } from '../core/errors.js';
import type { Normalization } from '../idx/normalization.js';
import { type Network, shapeNetwork } from '../model/network.js';
import type { TrainingPlan } from '../step/plan.js';
import { type ResizingSpec, sizesOf } from '../step/progressive-resizing.js';
import type { Recipe } from '../step/recipe.js';
import type { Teacher } from './teacher.js';
import type { TrainingData } from './training-data.js';

/** Settings of a plan beside recipe and data. */
export interface PlanOptions {
  readonly seed: number;
  /** Greatest count of worker threads; a micro-batch never has more than one. */
  readonly threads: number;
  /** Teacher of the recipe's section `teacher`. */
  readonly teacher?: Pick<Teacher, 'model'> | undefined;
}

/** Makes a plan. Throws OperationalError, naming the recipe's field, where recipe and data do not fit each other. */
export function planTraining(
  recipe: Recipe,
  { training, normalization }: TrainingData,
  { seed, threads, teacher }: PlanOptions,
): TrainingPlan {
  const { rows, columns, count } = training;
  const classes = training.classes.names.length;
  const network = checkLayers(recipe, { rows, columns, classes });
  if (recipe.resizing) checkResizing(recipe, recipe.resizing, network, normalization);
  if (count < recipe.batch)
    throw new OperationalError(
      training.source,
      `holds ${count} image${count === 1 ? '' : 's'} to train on; at least one batch of ${recipe.batch} was expected (--set batch=…)`,
    );
  const stepsPerEpoch = Math.floor(count / recipe.batch);
  return {
    recipe,
    rows,
    columns,
    classes,
    normalization,
    span: { stepsPerEpoch, totalSteps: stepsPerEpoch * recipe.epochs },
    seed,
    threads: Math.min(recipe.replicas, threads),
    ...(recipe.teacher && teacher ? { teacherModel: teacher.model } : {}),
  };
}

/** Greatest count of weights: an ONNX file holds up to 2 GiB, twice their bytes. */
const mostParameters = 1 << 28;

const refusal = ({ name }: Recipe, problem: string, cause?: unknown) =>
  new OperationalError(`recipe ${name}`, problem, { cause });

type NetworkSize = Parameters<typeof shapeNetwork>[1];

/** Shapes the recipe's network. at: prefix of an error message. */
function shaped(recipe: Recipe, size: NetworkSize, at = ''): Network {
  try {
    return shapeNetwork(recipe.model, size);
  } catch (error) {
    throw refusal(recipe, `${at}${(error as Error).message}`, error);
  }
}

function checkLayers(recipe: Recipe, size: NetworkSize): Network {
  const refuse = (problem: string) => refusal(recipe, problem);
  const network = shaped(recipe, size);
  const weights = network.parameterCount;
  if (weights === 0) throw refuse('its layers have no weights; there is nothing to train');
  if (network.parameters.every(({ spec }) => spec.frozen))
    throw refuse('all its weights are frozen; there is nothing to train');
  if (weights > mostParameters)
    throw refuse(`its layers have ${weights} weights; at most ${mostParameters} were expected`);
  return network;
}

/** Checks progressive resizing: layers must fit smaller images too, with the same weights, and so must the normalisation. */
function checkResizing(
  recipe: Recipe,
  resizing: ResizingSpec,
  whole: Network,
  { mean }: Normalization,
): void {
  const refuse = (problem: string) => refusal(recipe, problem);
  if (mean.length > 1)
    throw refuse('resizing: images are normalised pixel by pixel; one mean for all was expected');
  for (const { rows, columns } of sizesOf(resizing, whole, recipe.epochs)) {
    const at = `resizing: at ${rows} × ${columns} pixels`;
    const smaller = shaped(recipe, { rows, columns, classes: whole.classes }, `${at}, `);
    const shapes = new Map(smaller.parameters.map(({ name, shape }) => [name, shape.join(' × ')]));
    for (const { name, shape } of whole.parameters)
      if (shapes.get(name) !== shape.join(' × '))
        throw refuse(
          `${at}, '${name}' has ${shapes.get(name)} weights and not ${shape.join(' × ')}; the same at all sizes were expected (an average-pool before the first dense layer)`,
        );
  }
}
