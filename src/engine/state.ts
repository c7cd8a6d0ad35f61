/** State of a trainer: its arrays by name, and their restoration. */

import type { TrainerState, Weights } from './engine.js';

/** Names the arrays of a trainer; no copies. */
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

/** Replaces the weights of a state, and their averages: the average of a frozen parameter is never updated. */
export function startedWith(state: TrainerState, weights: Weights): TrainerState {
  const averaged = 'average.parameters' in state ? weights : undefined;
  return { ...state, ...stateArrays(weights, averaged, []) };
}

/** Copies `state` into the arrays of `own`. Throws an Error where it is the state of another plan. */
export function restoreState(own: TrainerState, state: TrainerState): void {
  const layout = (arrays: TrainerState) =>
    Object.entries(arrays).map(([name, { length }]) => `${name} × ${length}`);
  const [wanted, found] = [layout(own), layout(state)].map((names) => names.sort().join(', '));
  if (found !== wanted) throw new Error(`a state of ${found}; ${wanted} was expected`);
  for (const [name, values] of Object.entries(own)) values.set(state[name]!);
}
