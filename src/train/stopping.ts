/** What the validation loss decides after each epoch: the best so far, a smaller learning rate, the end. */

export interface StoppingSpec {
  /** Epochs without a better validation loss after which training ends; 0: never. */
  readonly patience: number;
  /** Only a drop by more than this counts as better. */
  readonly minDelta: number;
}

export interface PlateauSpec {
  /** Epochs without a better validation loss after which the rate is lowered; 0: never. */
  readonly patience: number;
  readonly factor: number;
  readonly minDelta: number;
  /** The rate's factor does not fall below this. */
  readonly minFactor: number;
}

/** What the two are asked of: a recipe, for one. */
export interface StoppingRules {
  readonly stopping: StoppingSpec;
  readonly plateau: PlateauSpec;
}

export interface StoppingState {
  readonly lowest: number;
  /** Whether the epoch judged last has the lowest loss so far: its weights are the ones to keep. */
  readonly best: boolean;
  /** Epochs since the loss was last better by minDelta, for each of the two. */
  readonly sinceBetter: number;
  readonly sinceLowered: number;
  readonly stoppingReference: number;
  readonly plateauReference: number;
  /** Factor on the learning rate from here on. */
  readonly rateFactor: number;
}

export const initialStopping: StoppingState = {
  lowest: Number.POSITIVE_INFINITY,
  best: false,
  sinceBetter: 0,
  sinceLowered: 0,
  stoppingReference: Number.POSITIVE_INFINITY,
  plateauReference: Number.POSITIVE_INFINITY,
  rateFactor: 1,
};

/** Takes one epoch's validation loss into account. */
export function judgeEpoch(
  state: StoppingState,
  loss: number,
  { stopping, plateau }: StoppingRules,
): StoppingState {
  const best = loss < state.lowest;
  const better = loss < state.stoppingReference - stopping.minDelta;
  const improved = loss < state.plateauReference - plateau.minDelta;
  let sinceLowered = improved ? 0 : state.sinceLowered + 1;
  let { rateFactor } = state;
  if (plateau.patience > 0 && sinceLowered >= plateau.patience) {
    rateFactor = Math.max(plateau.minFactor, rateFactor * plateau.factor);
    sinceLowered = 0;
  }
  return {
    lowest: best ? loss : state.lowest,
    best,
    sinceBetter: better ? 0 : state.sinceBetter + 1,
    sinceLowered,
    stoppingReference: better ? loss : state.stoppingReference,
    plateauReference: improved ? loss : state.plateauReference,
    rateFactor,
  };
}

/** The state behind epochs that were judged before; those without a validation loss change nothing. */
export function stoppingAfter(
  epochs: Iterable<{ readonly validationLoss?: number }>,
  rules: StoppingRules,
): StoppingState {
  let state = initialStopping;
  for (const { validationLoss } of epochs)
    if (validationLoss !== undefined) state = judgeEpoch(state, validationLoss, rules);
  return state;
}

/** Whether training ends here. */
export function outOfPatience({ sinceBetter }: StoppingState, { patience }: StoppingSpec): boolean {
  return patience > 0 && sinceBetter >= patience;
}
