/** A pool and a layer beside it that never falls, in the other order: a maximum of values is the same before such a layer and after it. */

import type { ShapedLayer } from '../layer.js';

/** Lets the layers at `first` and behind it change places, in place: one is a pool, the other keeps the shape. */
export function swapPool(layers: ShapedLayer[], first: number): void {
  const [one, two] = [layers[first]!, layers[first + 1]!];
  const between = one.layer.poolingWindow === undefined ? two.output : one.input;
  layers[first] = { ...two, input: one.input, output: between };
  layers[first + 1] = { ...one, input: between, output: two.output };
}
