/** Two-dimensional convolution (cross-correlation, as everywhere in this field) with stride 1. */

import type { Graph, Value } from '../graph.js';
import { imageShape, type Layer, type LayerOptions, type Shape } from '../layer.js';
import { constant, glorotUniform } from './initial.js';
import { channelSums } from './per-channel.js';

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
    inference: ({ graph, parameter }, input) => forward(graph, own, input, parameter),
    training: ({ graph, batch, parameter, gradient, needsInputGradient }, input, shape) => ({
      output: forward(graph, own, input, parameter),
      backward: (outer) => {
        const output = outputShape(shape);
        gradient('bias', channelSums(graph, outer, batch, output));
        gradient('kernel', kernelGradient(graph, own, batch, input, outer, shape, output));
        return needsInputGradient
          ? inputGradient(graph, own, outer, parameter('kernel'))
          : undefined;
      },
    }),
  };
}

function forward(
  graph: Graph,
  { pad }: ConvOptions,
  input: Value,
  of: (n: string) => Value,
): Value {
  return graph.op('Conv', [input, of('kernel'), of('bias')], { pads: [pad, pad, pad, pad] });
}

/** The output's gradient convolved with the kernel turned by 180° and its channels swapped. */
function inputGradient(graph: Graph, own: ConvOptions, outer: Value, kernel: Value): Value {
  const last = graph.integers([-1, -1]);
  const beforeFirst = graph.integers([-own.kernel - 1, -own.kernel - 1]);
  const turned = graph.op('Slice', [kernel, last, beforeFirst, graph.integers([2, 3]), last]);
  const pad = own.kernel - 1 - own.pad;
  return graph.op('Conv', [outer, graph.transpose(turned, [1, 0, 2, 3])], {
    pads: [pad, pad, pad, pad],
  });
}

/**
 * Gradient of the kernel. With one input channel, a convolution of the images with the output's gradient,
 * batch and channels changing places; else one Gemm a kernel position over the shifted input laid out
 * [channels, n · rows · columns], which runs at the speed of a large matrix product.
 */
function kernelGradient(
  graph: Graph,
  { kernel, pad }: ConvOptions,
  batch: number,
  input: Value,
  outer: Value,
  [channels = 0, rows = 0, columns = 0]: Shape,
  [filters = 0, down = 0, across = 0]: Shape,
): Value {
  const swapped = graph.transpose(outer, [1, 0, 2, 3]);
  if (channels === 1) {
    const asOne = graph.reshape(input, [1, batch, rows, columns]);
    const sums = graph.op('Conv', [asOne, swapped], { pads: [pad, pad, pad, pad] });
    return graph.transpose(sums, [1, 0, 2, 3]);
  }
  const places = batch * down * across;
  const flatOuter = graph.reshape(swapped, [filters, places]);
  const turned = graph.transpose(input, [1, 0, 2, 3]);
  const padded =
    pad === 0
      ? turned
      : graph.op('Pad', [turned, graph.integers([0, 0, pad, pad, 0, 0, pad, pad])]);
  const parts: Value[] = [];
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < kernel; j++) {
      const [from, to] = [graph.integers([i, j]), graph.integers([i + down, j + across])];
      const shifted = graph.op('Slice', [padded, from, to, graph.integers([2, 3])]);
      const product = graph.op('Gemm', [flatOuter, graph.reshape(shifted, [channels, places])], {
        transB: 1,
      });
      parts.push(graph.op('Unsqueeze', [product, graph.integers([2])]));
    }
  }
  return graph.reshape(graph.op('Concat', parts, { axis: 2 }), [filters, channels, kernel, kernel]);
}
