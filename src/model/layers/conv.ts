/** Two-dimensional convolution (cross-correlation, as everywhere in this field) with stride 1. */

import type { Graph, Value } from '../graph.js';
import {
  imageShape,
  type Layer,
  type LayerOptions,
  type Shape,
  type TrainingContext,
  type TrainingNodes,
  trainingShape,
} from '../layer.js';
import { type PixelOrder, placeOf } from '../pixel-order.js';
import { constant, glorotUniform } from './initial.js';

interface ConvOptions {
  readonly filters: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  /** Zeros added on each side. */
  readonly pad: number;
}

/** Options: filters, kernel (side, default 3), padding (same or valid). kernel: filters × channels × side × side; bias: filters. */
export function conv(options: LayerOptions): Layer {
  const filters = options.count('filters');
  const kernel = options.count('kernel', 3);
  const padding = options.choice('padding', ['same', 'valid'], 'same');
  if (padding === 'same' && kernel % 2 === 0)
    throw new Error(`${options.where}: padding 'same' needs an odd kernel; it is ${kernel}`);
  const own = { filters, kernel, pad: padding === 'same' ? (kernel - 1) / 2 : 0 };
  const outputShape = (input: Shape) => {
    const [, rows, columns] = imageShape(input, 'conv');
    const shrink = kernel - 1 - 2 * own.pad;
    if (rows <= shrink || columns <= shrink)
      throw new Error(
        `a ${kernel} × ${kernel} convolution does not fit ${rows} × ${columns} pixels`,
      );
    return [filters, rows - shrink, columns - shrink];
  };
  return {
    kind: 'conv',
    order: 'chosen',
    outputShape,
    parameters: (input) => {
      const [channels] = imageShape(input, 'conv');
      const area = kernel * kernel;
      return {
        kernel: {
          shape: [filters, channels, kernel, kernel],
          initial: glorotUniform(channels * area, filters * area),
          decay: true,
        },
        bias: { shape: [filters], initial: constant(0) },
      };
    },
    inference: ({ graph, parameter }, input) =>
      graph.op('Conv', [input, parameter('kernel'), parameter('bias')], {
        pads: [own.pad, own.pad, own.pad, own.pad],
      }),
    training: (context, input, shape) => training(context, input, shape, outputShape(shape), own),
  };
}

/**
 * Forward: the input's shifted copies, one for each kernel position (one Gather of runs of n values), as a matrix
 * of channels · positions rows, times the kernel: one large product. The same matrix gives the kernel's gradient.
 * ONNX Runtime's Conv would copy too, but image by image, and could not share the copies.
 */
function training(
  context: TrainingContext,
  input: Value,
  shape: Shape,
  outputShape: Shape,
  { filters, kernel, pad }: ConvOptions,
): TrainingNodes {
  const { graph, batch, parameter, gradient, needsInputGradient } = context;
  const [channels] = imageShape(shape, 'conv');
  const area = kernel * kernel;
  const places = trainingShape(outputShape)[1] as number;
  const from = { shape, order: context.inputOrder };
  const to = { shape: outputShape, order: context.outputOrder };
  const bordered =
    pad > 0 ? graph.op('Concat', [input, graph.zeros([channels, 1, batch])], { axis: 1 }) : input;
  const copies = graph.gather(bordered, shifts(from, to, kernel, pad, 1), 1);
  const columns = graph.reshape(copies, [channels * area, places * batch]);
  const weights = parameter('kernel');
  const output = graph.op('Gemm', [
    graph.reshape(weights, [filters, channels * area]),
    columns,
    graph.reshape(parameter('bias'), [filters, 1]),
  ]);
  return {
    output: graph.reshape(output, [filters, places, batch]),
    backward: (outer) => {
      const rows = graph.reshape(outer, [filters, places * batch]);
      gradient('bias', graph.sum(rows, [1]));
      const product = graph.op('Gemm', [rows, columns], { transB: 1 });
      gradient('kernel', graph.reshape(product, [filters, channels, kernel, kernel]));
      if (!needsInputGradient) return undefined;
      return inputGradient(graph, batch, rows, weights, {
        from,
        to,
        filters,
        channels,
        kernel,
        pad,
      });
    },
  };
}

interface Convolution {
  readonly from: Pixels;
  readonly to: Pixels;
  readonly filters: number;
  readonly channels: number;
  readonly kernel: number;
  readonly pad: number;
}

/** What each output gradient sends to each kernel position, in one product; then every input pixel gathers and adds what it is sent. */
function inputGradient(
  graph: Graph,
  batch: number,
  rows: Value,
  weights: Value,
  { from, to, filters, channels, kernel, pad }: Convolution,
): Value {
  const area = kernel * kernel;
  const places = trainingShape(to.shape)[1] as number;
  const pixels = trainingShape(from.shape)[1] as number;
  // One place more, of zeros, for what would come from outside: a product of zeros is cheaper than a copy of it all.
  const bordered = graph.op(
    'Concat',
    [graph.reshape(rows, [filters, places, batch]), graph.zeros([filters, 1, batch])],
    { axis: 1 },
  );
  const sent = graph.op(
    'Gemm',
    [
      graph.reshape(weights, [filters, channels * area]),
      graph.reshape(bordered, [filters, (places + 1) * batch]),
    ],
    { transA: 1 },
  );
  const indices = shifts(to, from, kernel, pad, -1).map(
    (place, i) => place + Math.floor(i / pixels) * (places + 1),
  );
  const gathered = graph.gather(
    graph.reshape(sent, [channels, area * (places + 1), batch]),
    indices,
    1,
  );
  const summed = graph.sum(graph.reshape(gathered, [channels, area, pixels * batch]), [1]);
  return graph.reshape(summed, [channels, pixels, batch]);
}

interface Pixels {
  readonly shape: Shape;
  readonly order: PixelOrder;
}

/**
 * For each kernel position (i, j) and each pixel (r, c) of `to`: the place in `from` of the pixel
 * (r + direction · (i − pad), c + direction · (j − pad)), or the number of pixels where that is outside.
 */
function shifts(
  from: Pixels,
  to: Pixels,
  kernel: number,
  pad: number,
  direction: 1 | -1,
): number[] {
  const [, rows, columns] = imageShape(from.shape, 'conv');
  const [, down, across] = imageShape(to.shape, 'conv');
  const outside = rows * columns;
  const places = placeOf(from.order, outside);
  const indices: number[] = [];
  for (let i = 0; i < kernel; i++)
    for (let j = 0; j < kernel; j++)
      for (let q = 0; q < down * across; q++) {
        const pixel = to.order?.[q] ?? q;
        const y = Math.floor(pixel / across) + direction * (i - pad);
        const x = (pixel % across) + direction * (j - pad);
        const inside = y >= 0 && x >= 0 && y < rows && x < columns;
        indices.push(inside ? (places[y * columns + x] as number) : outside);
      }
  return indices;
}
