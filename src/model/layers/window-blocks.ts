/** Pooling windows as blocks: in window order (see pixel-order.ts) a window's values stand in as many equal blocks. */

import type { Graph, Value } from '../../onnx/graph.js';
import { windowSizes } from '../lowering/pixel-layout.js';
import { imageShape, type Shape } from '../shape.js';

export interface WindowBlocks {
  /** One block for each place in a window: [channels, windows, n]. */
  readonly inWindows: readonly Value[];
  /** Those, and what no window holds, where there is such. */
  readonly tiles: readonly Value[];
  /** Pixels of each piece. */
  readonly sizes: readonly number[];
  readonly channels: number;
}

/** Takes [channels, pixels, n] in window order, windows of side × side, by its blocks. */
export function windowBlocks(graph: Graph, input: Value, shape: Shape, side: number): WindowBlocks {
  const [channels, rows, columns] = imageShape(shape, 'max-pool');
  const sizes = windowSizes(rows, columns, side);
  const pieces = graph.tiles(input, sizes);
  return { inWindows: pieces.slice(0, side * side), tiles: pieces, sizes, channels };
}

/**
 * Sends each window's value of `outer` to the first block whose value is the one that was `chosen`: to each block in
 * turn what the ones before left. One piece for each block.
 */
export function unpoolBlocks(
  graph: Graph,
  { inWindows }: WindowBlocks,
  chosen: Value,
  outer: Value,
): Value[] {
  let rest = outer;
  const parts = inWindows.slice(0, -1).map((block) => {
    const isChosen = graph.op('Cast', [graph.op('Equal', [block, chosen])], { to: 1 });
    const part = graph.op('Mul', [rest, isChosen]);
    rest = graph.op('Sub', [rest, part]);
    return part;
  });
  return [...parts, rest];
}

/** The same as one value, with zeros for what no window holds. */
export function unpool(
  graph: Graph,
  batch: number,
  blocks: WindowBlocks,
  chosen: Value,
  outer: Value,
): Value {
  const { inWindows, sizes, channels } = blocks;
  const left = sizes.slice(inWindows.length).map((size) => graph.zeros([channels, size, batch]));
  return graph.joinTiles([...unpoolBlocks(graph, blocks, chosen, outer), ...left], sizes);
}
