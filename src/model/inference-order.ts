/** The order in which the layers of a finished model are cheapest: the same function, with less of it on every pixel. */

import type { InferenceContext } from './layer.js';
import type { ShapedLayer } from './sequence.js';

/**
 * Layers → layers. Batch normalisation behind an activation goes behind the pool that follows it, where every scale is
 * positive: a maximum of values is then the same before it and after it, and it has a quarter of them left. (Right
 * behind a convolution it stays: ONNX Runtime folds it into the kernel. And so does the activation, which costs nothing
 * at a convolution's end.)
 */
export function inferenceOrder(
  layers: readonly ShapedLayer[],
  values: InferenceContext['values'],
): ShapedLayer[] {
  const ordered = [...layers];
  if (!values) return ordered;
  for (let i = 1; i + 1 < ordered.length; i++) {
    const [before, one, two] = ordered.slice(i - 1, i + 2) as [
      ShapedLayer,
      ShapedLayer,
      ShapedLayer,
    ];
    const rises = one.layer.risesWith?.((name) => values(`${one.name}.${name}`)) ?? false;
    if (!before.layer.rises || !rises || two.layer.pools === undefined) continue;
    ordered[i] = two;
    ordered[i + 1] = { ...one, input: two.output, output: two.output };
  }
  return ordered;
}
