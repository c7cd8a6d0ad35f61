/**
 * Training values in pieces: what stands before a pool is worked on window place by window place. A quarter of a large
 * value stays in the processor's cache from one operator to the next, and need be neither cut for the maximum nor put
 * together for the way back.
 */

import type { Graph, Value } from '../../onnx/graph.js';

/** What `make` makes of values, piece by piece where all of them are there in pieces of the same sizes. */
export function tilewise(
  graph: Graph,
  values: readonly Value[],
  make: (...values: Value[]) => Value,
): Value {
  const [first = '', ...others] = values;
  const sizes = graph.tilesOf(first)?.sizes;
  if (!sizes || !others.every((other) => graph.tilesOf(other, sizes))) return make(...values);
  const pieces = values.map((value) => graph.tiles(value, sizes));
  return graph.joinTiles(
    sizes.map((_, i) => make(...pieces.map((own) => own[i]!))),
    sizes,
  );
}

/** The sum of values of one shape, in their order: what the pieces have of something, together. */
export const sumTiles = (graph: Graph, values: readonly Value[]): Value =>
  values.reduce((sum, value) => graph.op('Add', [sum, value]));
