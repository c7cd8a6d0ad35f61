/** The order in which the layers of a finished model are cheapest: the same function, with less of it on every pixel. */

import type { InferenceContext, ShapedLayer } from '../layer.js';
import { swapPool } from './swap-pool.js';

type Rises = (layer: ShapedLayer | undefined) => boolean;

/**
 * Layers → layers. A maximum of values is the same before a layer that never falls and after it: batch normalisation
 * whose scales are all positive, an activation. Directly behind a convolution such layers cost nothing, as ONNX Runtime
 * folds them into it; elsewhere they are cheaper behind a pool, which has a quarter of the values left.
 */
export function inferencePass(
  layers: readonly ShapedLayer[],
  values: InferenceContext['values'],
): ShapedLayer[] {
  if (!values) return [...layers];
  const normalises: Rises = (own) =>
    own?.layer.monotonicWhen?.((name) => values(`${own.name}.${name}`)) ?? false;
  const ordered = [...layers];
  for (let pool = 1; pool < ordered.length; pool++) {
    if (ordered[pool]?.layer.poolingWindow === undefined) continue;
    const [before, last] = [ordered[pool - 2], ordered[pool - 1]];
    if (before?.layer.monotonic && normalises(last)) swapPool(ordered, pool - 1);
    else foldBehind(ordered, pool, normalises);
  }
  return ordered;
}

/** Brings what follows a pool, and could be folded into the convolution before it, in front of the pool. */
function foldBehind(ordered: ShapedLayer[], pool: number, normalises: Rises): void {
  let at = pool;
  if (ordered[at - 1]?.layer.kind === 'conv' && normalises(ordered[at + 1]))
    swapPool(ordered, at++);
  const normalised = ordered[at - 1]?.layer.kind === 'batch-norm';
  const source = ordered[normalised ? at - 2 : at - 1];
  if (source?.layer.kind === 'conv' && ordered[at + 1]?.layer.monotonic) swapPool(ordered, at);
}
