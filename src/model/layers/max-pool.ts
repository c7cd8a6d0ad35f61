/** Maximum over square windows that do not overlap; rows and columns that fill no window are left out. */

import type { Tensor4D } from '@tensorflow/tfjs';
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
import { windowOrder } from '../pixel-order.js';

/** Options: size of the window's side (default 2). The gradient goes to the first maximum of a window, as in TensorFlow. */
export function maxPool(options: LayerOptions): Layer {
  const size = options.count('size', 2);
  const pool = (graph: Graph, input: Value) =>
    graph.op('MaxPool', [input], { kernel_shape: [size, size], strides: [size, size] });
  const outputShape = (input: Shape) => {
    const [channels, rows, columns] = imageShape(input, 'max-pool');
    if (rows < size || columns < size)
      throw new Error(`max-pool of ${size} × ${size} does not fit ${rows} × ${columns} pixels`);
    return [channels, Math.floor(rows / size), Math.floor(columns / size)];
  };
  return {
    kind: 'max-pool',
    wantedOrder: (input) => {
      const [, rows, columns] = imageShape(input, 'max-pool');
      return windowOrder(rows, columns, size);
    },
    outputShape,
    parameters: () => ({}),
    inference: ({ graph }, input) => pool(graph, input),
    training: (context, input, shape) =>
      training(context, input, shape, outputShape(shape), size * size),
    keras: ({ add }, input) =>
      add('MaxPooling2D', [input], {
        pool_size: [size, size],
        strides: [size, size],
        padding: 'valid',
        data_format: 'channels_last',
      }),
    tensorflow: ({ tf }, input) => tf.maxPool(input as Tensor4D, size, size, 'valid'),
  };
}

/**
 * The input stands in window order: `places` blocks, one for each place in a window, then what no window holds.
 * The gradient goes to the first block whose value is the maximum: to each block in turn what the ones before left.
 */
function training(
  { graph, batch, needsInputGradient }: TrainingContext,
  input: Value,
  shape: Shape,
  outputShape: Shape,
  places: number,
): TrainingNodes {
  const [channels = 0, pixels = 0] = trainingShape(shape);
  const windows = trainingShape(outputShape)[1] as number;
  const left = pixels - windows * places;
  const sizes = [...new Array<number>(places).fill(windows), ...(left > 0 ? [left] : [])];
  const blocks = graph.split(input, sizes, 1);
  const inWindows = blocks.slice(0, places);
  const output = graph.op('Max', inWindows);
  return {
    output,
    backward: (outer) => {
      if (!needsInputGradient) return undefined;
      let rest = outer;
      const parts = inWindows.slice(0, -1).map((block) => {
        const isMaximum = graph.op('Cast', [graph.op('Equal', [block, output])], { to: 1 });
        const part = graph.op('Mul', [rest, isMaximum]);
        rest = graph.op('Sub', [rest, part]);
        return part;
      });
      const none = left > 0 ? [graph.zeros([channels, left, batch])] : [];
      return graph.op('Concat', [...parts, rest, ...none], { axis: 1 });
    },
  };
}
