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

export interface Verdict {
  /** This epoch's loss is the lowest so far: its weights are the ones to keep. */
  readonly best: boolean;
  readonly stop: boolean;
  /** Factor on the learning rate from the next epoch on. */
  readonly rateFactor: number;
}

export interface StoppingState {
  readonly lowest: number;
  /** Epochs since the loss was last better by minDelta, for each of the two. */
  readonly sinceBetter: number;
  readonly sinceLowered: number;
  readonly stoppingReference: number;
  readonly plateauReference: number;
  readonly rateFactor: number;
}

export const initialStopping: StoppingState = {
  lowest: Number.POSITIVE_INFINITY,
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
  stopping: StoppingSpec,
  plateau: PlateauSpec,
): { readonly state: StoppingState; readonly verdict: Verdict } {
  const best = loss < state.lowest;
  const better = loss < state.stoppingReference - stopping.minDelta;
  const improved = loss < state.plateauReference - plateau.minDelta;
  const sinceBetter = better ? 0 : state.sinceBetter + 1;
  let sinceLowered = improved ? 0 : state.sinceLowered + 1;
  let { rateFactor } = state;
  if (plateau.patience > 0 && sinceLowered >= plateau.patience) {
    rateFactor = Math.max(plateau.minFactor, rateFactor * plateau.factor);
    sinceLowered = 0;
  }
  return {
    state: {
      lowest: best ? loss : state.lowest,
      sinceBetter,
      sinceLowered,
      stoppingReference: better ? loss : state.stoppingReference,
      plateauReference: improved ? loss : state.plateauReference,
      rateFactor,
    },
    verdict: { best, stop: stopping.patience > 0 && sinceBetter >= stopping.patience, rateFactor },
  };
}
