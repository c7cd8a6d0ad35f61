/** What the validation images decide after each epoch: the best so far, a smaller learning rate, the end. */

import type { EvaluationResult } from '../engine/engine.js';
import type { EpochRecord } from '../ndjson/records.js';
import type { Monitor, PlateauSpec, StoppingSpec } from '../step/recipe.js';

/** What the two are asked of: a recipe, for one. */
export interface EarlyStoppingRules {
  /** Absent, the loss. */
  readonly monitor?: Monitor;
  readonly stopping: StoppingSpec;
  readonly plateau: PlateauSpec;
}

export interface EarlyStoppingState {
  /** The figure of the best epoch so far, and its loss. */
  readonly lowest: number;
  readonly lossOfLowest: number;
  /** Whether the epoch judged last is the best so far: its weights are the ones to keep. */
  readonly best: boolean;
  /** Epochs since the figure was last better by minDelta, for each of the two. */
  readonly sinceBetter: number;
  readonly sinceLowered: number;
  readonly stoppingReference: number;
  readonly plateauReference: number;
  /** Factor on the learning rate from here on. */
  readonly rateFactor: number;
}

export const initialEarlyStopping: EarlyStoppingState = {
  lowest: Number.POSITIVE_INFINITY,
  lossOfLowest: Number.POSITIVE_INFINITY,
  best: false,
  sinceBetter: 0,
  sinceLowered: 0,
  stoppingReference: Number.POSITIVE_INFINITY,
  plateauReference: Number.POSITIVE_INFINITY,
  rateFactor: 1,
};

/** Takes one epoch into account. Of two that have as many errors, where those are watched, the one of less loss is better. */
export function updateEarlyStopping(
  state: EarlyStoppingState,
  { loss, accuracy }: EvaluationResult,
  { monitor = 'loss', stopping, plateau }: EarlyStoppingRules,
): EarlyStoppingState {
  const figure = monitor === 'loss' ? loss : 1 - accuracy;
  const best = figure < state.lowest || (figure === state.lowest && loss < state.lossOfLowest);
  const better = figure < state.stoppingReference - stopping.minDelta;
  const improved = figure < state.plateauReference - plateau.minDelta;
  let sinceLowered = improved ? 0 : state.sinceLowered + 1;
  let { rateFactor } = state;
  if (plateau.patience > 0 && sinceLowered >= plateau.patience) {
    rateFactor = Math.max(plateau.minFactor, rateFactor * plateau.factor);
    sinceLowered = 0;
  }
  return {
    lowest: best ? figure : state.lowest,
    lossOfLowest: best ? loss : state.lossOfLowest,
    best,
    sinceBetter: better ? 0 : state.sinceBetter + 1,
    sinceLowered,
    stoppingReference: better ? figure : state.stoppingReference,
    plateauReference: improved ? figure : state.plateauReference,
    rateFactor,
  };
}

/** The state behind epochs that were judged before; those without validation change nothing. */
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

/** Whether training ends here. */
export function outOfPatience(
  { sinceBetter }: EarlyStoppingState,
  { patience }: StoppingSpec,
): boolean {
  return patience > 0 && sinceBetter >= patience;
}
