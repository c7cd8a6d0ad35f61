/** Pooling windows as blocks: in window order (see pixel-order.ts) a window's values stand in as many equal blocks. */

import type { Graph, Value } from '../graph.js';
import { imageShape, type Shape } from '../layer.js';

export interface WindowBlocks {
  /** One block for each place in a window: [channels, windows, n]. */
  readonly inWindows: readonly Value[];
  readonly channels: number;
  /** Pixels that no window holds; they stand last. */
  readonly left: number;
}

/** Cuts [channels, pixels, n] in window order, windows of side × side, into its blocks. */
export function poolBlocks(graph: Graph, input: Value, shape: Shape, side: number): WindowBlocks {
  const [channels, rows, columns] = imageShape(shape, 'max-pool');
  const windows = Math.floor(rows / side) * Math.floor(columns / side);
  const places = side * side;
  const left = rows * columns - windows * places;
  const sizes = [...new Array<number>(places).fill(windows), ...(left > 0 ? [left] : [])];
  return { inWindows: graph.split(input, sizes, 1).slice(0, places), channels, left };
}

/** Sends each window's value of `outer` to the first block whose value is the one that was `chosen`: to each block in turn what the ones before left. */
export function unpool(
  graph: Graph,
  batch: number,
  { inWindows, channels, left }: WindowBlocks,
  chosen: Value,
  outer: Value,
): Value {
  let rest = outer;
  const parts = inWindows.slice(0, -1).map((block) => {
    const isChosen = graph.op('Cast', [graph.op('Equal', [block, chosen])], { to: 1 });
    const part = graph.op('Mul', [rest, isChosen]);
    rest = graph.op('Sub', [rest, part]);
    return part;
  });
  const none = left > 0 ? [graph.zeros([channels, left, batch])] : [];
  return graph.op('Concat', [...parts, rest, ...none], { axis: 1 });
}
