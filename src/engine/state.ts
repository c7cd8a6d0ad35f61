/** A trainer's state, put back where it was. */

import type { TrainerState } from './engine.js';

/** Copies `state` into the arrays of `own`; an Error where it is the state of another plan. */
export function restoreState(own: TrainerState, state: TrainerState): void {
  const layout = (arrays: TrainerState) =>
    Object.entries(arrays).map(([name, { length }]) => `${name} × ${length}`);
  const [wanted, found] = [layout(own), layout(state)].map((names) => names.sort().join(', '));
  if (found !== wanted) throw new Error(`a state of ${found}; ${wanted} was expected`);
  for (const [name, values] of Object.entries(own)) values.set(state[name] as Float32Array);
}
