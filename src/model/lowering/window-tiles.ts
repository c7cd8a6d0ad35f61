/**
 * Tiling of training values before a pooling layer: one tile for each place in its windows. A quarter of a large value
 * stays in the processor's cache from one operator to the next, and is neither split for the maximum nor concatenated
 * for the backward pass.
 */

import type { Graph, Value } from '../../onnx/graph.js';

/** Applies `make` tile by tile where all values have tiles of the same sizes, else to the whole values. */
export function tilewise(
  graph: Graph,
  values: readonly Value[],
  make: (...values: Value[]) => Value,
): Value {
  const [first = '', ...others] = values;
  const sizes = graph.tilesOf(first)?.sizes;
  if (!sizes || !others.every((other) => graph.tilesOf(other, sizes))) return make(...values);
  const tiles = values.map((value) => graph.tiles(value, sizes));
  return graph.joinTiles(
    sizes.map((_, i) => make(...tiles.map((own) => own[i]!))),
    sizes,
  );
}

/** Sums values of one shape, in their order: the parts that tiles contribute. */
export const sumTiles = (graph: Graph, values: readonly Value[]): Value =>
  values.reduce((sum, value) => graph.op('Add', [sum, value]));
