/** Early stopping and learning rate reduction on a plateau, by the validation images after each epoch. */

import type { EvaluationResult } from '../engine/engine.js';
import type { EpochRecord } from '../ndjson/records.js';
import type { Monitor, PlateauSpec, StoppingSpec } from '../step/recipe.js';

/** Rules of early stopping: three fields of a recipe. */
export interface EarlyStoppingRules {
  /** Watched metric; absent, the loss. */
  readonly monitor?: Monitor;
  readonly stopping: StoppingSpec;
  readonly plateau: PlateauSpec;
}

/** State behind the epochs so far. */
export interface EarlyStoppingState {
  /** Watched value of the best epoch so far, and its loss. */
  readonly bestValue: number;
  readonly bestLoss: number;
  /** True if the last epoch is the best so far: its weights are the ones to keep. */
  readonly best: boolean;
  /** Epochs since the value last fell by more than the minDelta of early stopping. */
  readonly epochsWithoutImprovement: number;
  /** Epochs since it last fell by more than the minDelta of the plateau, or since the last reduction. */
  readonly epochsOnPlateau: number;
  readonly stoppingReference: number;
  readonly plateauReference: number;
  /** Factor on the learning rate of the epochs to come. */
  readonly learningRateFactor: number;
}

/** State before the first epoch. */
export const initialEarlyStopping: EarlyStoppingState = {
  bestValue: Number.POSITIVE_INFINITY,
  bestLoss: Number.POSITIVE_INFINITY,
  best: false,
  epochsWithoutImprovement: 0,
  epochsOnPlateau: 0,
  stoppingReference: Number.POSITIVE_INFINITY,
  plateauReference: Number.POSITIVE_INFINITY,
  learningRateFactor: 1,
};

/** State after one more epoch. Of two epochs with as many errors, where accuracy is watched, the one of less loss is better. */
export function updateEarlyStopping(
  state: EarlyStoppingState,
  { loss, accuracy }: EvaluationResult,
  { monitor = 'loss', stopping, plateau }: EarlyStoppingRules,
): EarlyStoppingState {
  const value = monitor === 'loss' ? loss : 1 - accuracy;
  const best = value < state.bestValue || (value === state.bestValue && loss < state.bestLoss);
  const better = value < state.stoppingReference - stopping.minDelta;
  const improved = value < state.plateauReference - plateau.minDelta;
  let epochsOnPlateau = improved ? 0 : state.epochsOnPlateau + 1;
  let { learningRateFactor } = state;
  if (plateau.patience > 0 && epochsOnPlateau >= plateau.patience) {
    learningRateFactor = Math.max(plateau.minFactor, learningRateFactor * plateau.factor);
    epochsOnPlateau = 0;
  }
  return {
    bestValue: best ? value : state.bestValue,
    bestLoss: best ? loss : state.bestLoss,
    best,
    epochsWithoutImprovement: better ? 0 : state.epochsWithoutImprovement + 1,
    epochsOnPlateau,
    stoppingReference: better ? value : state.stoppingReference,
    plateauReference: improved ? value : state.plateauReference,
    learningRateFactor,
  };
}

/** State behind the records of earlier epochs; those without validation change nothing. */
export function earlyStoppingAfter(
  epochs: Iterable<Pick<EpochRecord, 'validationLoss' | 'validationAccuracy'>>,
  rules: EarlyStoppingRules,
): EarlyStoppingState {
  let state = initialEarlyStopping;
  for (const { validationLoss: loss, validationAccuracy: accuracy } of epochs)
    if (loss !== undefined && accuracy !== undefined)
      state = updateEarlyStopping(state, { loss, accuracy }, rules);
  return state;
}

/** True if patience is exhausted, and training ends here. */
export function outOfPatience(
  { epochsWithoutImprovement }: EarlyStoppingState,
  { patience }: StoppingSpec,
): boolean {
  return patience > 0 && epochsWithoutImprovement >= patience;
}
