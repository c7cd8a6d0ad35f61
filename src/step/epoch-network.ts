/** Network and image size of an epoch, where progressive resizing makes the images of the first epochs smaller. */

import { type AreaAverage, openAreaAverage } from '../image/area-average.js';
import type { ImageSize } from '../image/augment/image.js';
import { type Network, shapeNetwork } from '../model/network.js';
import type { TrainingPlan } from './plan.js';
import { sizeInEpoch } from './progressive-resizing.js';

/** Size of the images that are trained on in an epoch (from 1); undefined where they are whole. */
export function reducedSize(
  { recipe, rows, columns, span }: Pick<TrainingPlan, 'recipe' | 'rows' | 'columns' | 'span'>,
  epoch: number,
): ImageSize | undefined {
  if (!recipe.resizing) return undefined;
  const epochs = span.totalSteps / span.stepsPerEpoch;
  const size = sizeInEpoch(recipe.resizing, { rows, columns }, epoch, epochs);
  return size.rows < rows || size.columns < columns ? size : undefined;
}

/** The plan's network as it trains in an epoch (from 1): the same weights, at that epoch's size of image. */
export function trainingNetwork(plan: TrainingPlan, epoch: number): Network {
  const { recipe, rows, columns, classes } = plan;
  return shapeNetwork(recipe.model, { rows, columns, classes, ...reducedSize(plan, epoch) });
}

/** Area average that makes an epoch's images smaller; undefined where they stay whole. */
export function trainingReducer(plan: TrainingPlan, epoch: number): AreaAverage | undefined {
  const size = reducedSize(plan, epoch);
  return size && openAreaAverage(plan, size);
}
