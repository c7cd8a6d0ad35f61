/**
 * Kernel gradient by shifted products, for a convolution of stride 1 with pixels row by row: for each kernel position,
 * the product of the output's gradient with the shifted input. A shift copies whole rows of all images at once, and the
 * copy is still in the cache when it is multiplied: im2col, which gathers each pixel for all positions, takes up to a
 * third longer (and gives the same bytes).
 */

import type { Graph, Value } from '../../onnx/graph.js';
import { type ConvGeometry, endPads } from '../convolution-lowering.js';
import { imageShape } from '../shape.js';

/** True if the pixels of input and output stand row by row, and the stride is 1. */
export function shiftsByRows({ from, to, stride }: ConvGeometry): boolean {
  return stride === 1 && !from.layout && !to.layout;
}

/** Computes the kernel's gradient. input: [channels, pixels, n] of `from`; outer: [filters, pixels, n] of `to` → [filters, channels, side, side]. */
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
  // The runtime repacks the second factor: the smaller one.
  const isSwapped = filters <= channels;
  const product = (i: number, j: number) => {
    const starts = graph.integers([i, j]);
    const ends = graph.integers([i + down, j + across]);
    const window = graph.op('Slice', [bordered, starts, ends, graph.integers([1, 2])]);
    const shifted = graph.reshape(window, [channels, values]);
    const factors = isSwapped ? [shifted, gradient] : [gradient, shifted];
    return graph.op('Gemm', factors, { transB: 1 });
  };
  const side = Array.from({ length: kernel }, (_, i) => i);
  const products = side.flatMap((i) => side.map((j) => product(i, j)));
  const sizes = isSwapped ? [channels, filters] : [filters, channels];
  const all = graph.reshape(graph.op('Concat', products, { axis: 0 }), [kernel, kernel, ...sizes]);
  return graph.transpose(all, isSwapped ? [3, 2, 0, 1] : [2, 3, 0, 1]);
}
