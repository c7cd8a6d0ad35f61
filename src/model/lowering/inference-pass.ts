/** Inference pass: reorders the layers of a finished model so that less is computed on every pixel; the function stays the same. */

import type { InferenceContext, ShapedLayer } from '../layer.js';
import { swapPool } from './swap-pool.js';

type LayerTest = (layer: ShapedLayer | undefined) => boolean;

/**
 * Moves monotonic layers (batch normalisation whose scales are all positive, activations) to the cheaper side of a max
 * pooling layer, as max commutes with non-decreasing functions. Directly behind a convolution such layers cost nothing,
 * as ONNX Runtime folds them into it; elsewhere they are cheaper behind the pool, with a quarter of the values left.
 */
export function inferencePass(
  layers: readonly ShapedLayer[],
  values: InferenceContext['values'],
): ShapedLayer[] {
  if (!values) return [...layers];
  const isMonotonicNorm: LayerTest = (own) =>
    own?.layer.monotonicWhen?.((name) => values(`${own.name}.${name}`)) ?? false;
  const ordered = [...layers];
  for (let pool = 1; pool < ordered.length; pool++) {
    if (ordered[pool]?.layer.poolingWindow === undefined) continue;
    const [before, last] = [ordered[pool - 2], ordered[pool - 1]];
    if (before?.layer.monotonic && isMonotonicNorm(last)) swapPool(ordered, pool - 1);
    else foldBehind(ordered, pool, isMonotonicNorm);
  }
  return ordered;
}

/** Moves layers behind a pool in front of it, where they can be folded into the convolution there. */
function foldBehind(ordered: ShapedLayer[], pool: number, isMonotonicNorm: LayerTest): void {
  let at = pool;
  if (ordered[at - 1]?.layer.kind === 'conv' && isMonotonicNorm(ordered[at + 1]))
    swapPool(ordered, at++);
  const normalised = ordered[at - 1]?.layer.kind === 'batch-norm';
  const source = ordered[normalised ? at - 2 : at - 1];
  if (source?.layer.kind === 'conv' && ordered[at + 1]?.layer.monotonic) swapPool(ordered, at);
}
