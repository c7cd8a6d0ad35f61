/**
 * The kernel's gradient where a convolution goes pixel by pixel, row after row: for each position in the kernel, the
 * product of the output's gradient with the input moved by as much. Moving takes whole rows of all images at once, and
 * what is moved is still in the cache when it is multiplied: one copy for all positions together, of which each pixel is
 * gathered by itself, takes up to a third longer (and gives the same bytes).
 */

import type { Graph, Value } from '../../onnx/graph.js';
import { type ConvGeometry, endPads } from '../convolution-lowering.js';
import { imageShape } from '../shape.js';

/** True if input and output stand row by row, and one output is as far from the next as one input is. */
export function shiftsByRows({ from, to, stride }: ConvGeometry): boolean {
  return stride === 1 && !from.order && !to.order;
}

/** input: [channels, pixels, n] of `from`; outer: [filters, pixels, n] of `to` → filters × channels × side × side. */
export function shiftedProducts(
  graph: Graph,
  input: Value,
  outer: Value,
  conv: ConvGeometry,
): Value {
  const { batch, kernel, pad, from, to } = conv;
  const [channels, rows, columns] = imageShape(from.shape, 'conv');
  const [filters, down, across] = imageShape(to.shape, 'conv');
  const values = down * across * batch;
  const image = graph.reshape(input, [channels, rows, columns, batch]);
  const pads = [0, pad, pad, 0, 0, ...endPads(conv), 0];
  const bordered = graph.op('Pad', [image, graph.integers(pads)]);
  const gradient = graph.reshape(outer, [filters, values]);
  // The runtime lays the second factor out anew: the smaller one.
  const turned = filters <= channels;
  const product = (i: number, j: number) => {
    const starts = graph.integers([i, j]);
    const ends = graph.integers([i + down, j + across]);
    const window = graph.op('Slice', [bordered, starts, ends, graph.integers([1, 2])]);
    const moved = graph.reshape(window, [channels, values]);
    const factors = turned ? [moved, gradient] : [gradient, moved];
    return graph.op('Gemm', factors, { transB: 1 });
  };
  const side = Array.from({ length: kernel }, (_, i) => i);
  const products = side.flatMap((i) => side.map((j) => product(i, j)));
  const ways = turned ? [channels, filters] : [filters, channels];
  const all = graph.reshape(graph.op('Concat', products, { axis: 0 }), [kernel, kernel, ...ways]);
  return graph.transpose(all, turned ? [3, 2, 0, 1] : [2, 3, 0, 1]);
}
