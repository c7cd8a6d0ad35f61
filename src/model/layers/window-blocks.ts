/** Pooling windows as blocks: in window layout (see pixel-layout.ts), one equal block for each place in a window. */

import type { Graph, Value } from '../../onnx/graph.js';
import { windowSizes } from '../lowering/pixel-layout.js';
import { imageShape, type Shape } from '../shape.js';

/** A training value, split by place in its pooling windows. */
export interface WindowBlocks {
  /** One block for each place in a window: [channels, windows, n]. */
  readonly inWindows: readonly Value[];
  /** The blocks, then the pixels in no window, where there are any. */
  readonly tiles: readonly Value[];
  /** Pixels of each tile. */
  readonly sizes: readonly number[];
  readonly channels: number;
}

/** Splits a value [channels, pixels, n] in window layout, with windows of side × side, into its blocks. */
export function windowBlocks(graph: Graph, input: Value, shape: Shape, side: number): WindowBlocks {
  const [channels, rows, columns] = imageShape(shape, 'max-pool');
  const sizes = windowSizes(rows, columns, side);
  const tiles = graph.tiles(input, sizes);
  return { inWindows: tiles.slice(0, side * side), tiles, sizes, channels };
}

/**
 * Unpools: sends each window's gradient to the first block whose value is the `chosen` one, each block in turn taking its
 * part of the rest. outer, chosen: [channels, windows, n] → one tile a block.
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

/** Unpools to one value [channels, pixels, n], with zeros for pixels in no window. */
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
