/** A trainer's state: by name, and put back where it was. */

import type { TrainerState, Weights } from './engine.js';

/** A trainer's arrays under their names, not copies. */
export function stateArrays(
  weights: Weights,
  average: Weights | undefined,
  optimizerState: readonly Float32Array[],
): TrainerState {
  const averages = average && {
    'average.parameters': average.parameters,
    'average.statistics': average.statistics,
  };
  const arrays = optimizerState.map((values, i) => [`optimizer.${i}`, values] as const);
  const { parameters, statistics } = weights;
  return { parameters, statistics, ...averages, ...Object.fromEntries(arrays) };
}

/** `state` with other weights, and with them as their own averages: what is frozen never gets to its average in another way. */
export function startedWith(state: TrainerState, weights: Weights): TrainerState {
  const averaged = 'average.parameters' in state ? weights : undefined;
  return { ...state, ...stateArrays(weights, averaged, []) };
}

/** Copies `state` into the arrays of `own`; an Error where it is the state of another plan. */
export function restoreState(own: TrainerState, state: TrainerState): void {
  const layout = (arrays: TrainerState) =>
    Object.entries(arrays).map(([name, { length }]) => `${name} × ${length}`);
  const [wanted, found] = [layout(own), layout(state)].map((names) => names.sort().join(', '));
  if (found !== wanted) throw new Error(`a state of ${found}; ${wanted} was expected`);
  for (const [name, values] of Object.entries(own)) values.set(state[name] as Float32Array);
}
