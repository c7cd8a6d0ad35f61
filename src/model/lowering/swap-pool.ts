/** Swaps a pooling layer with the monotonic layer beside it; max commutes with non-decreasing functions. */

import type { ShapedLayer } from '../layer.js';

/** Swaps the layers at `first` and behind it in the list: one pools, the other keeps the shape. */
export function swapPool(layers: ShapedLayer[], first: number): void {
  const [one, two] = [layers[first]!, layers[first + 1]!];
  const between = one.layer.poolingWindow === undefined ? two.output : one.input;
  layers[first] = { ...two, input: one.input, output: between };
  layers[first + 1] = { ...one, input: between, output: two.output };
}
