/** Max pooling over square windows that do not overlap; rows and columns that fill no window are left out. */

import type { Tensor4D } from '@tensorflow/tfjs';
import type { Graph, Value } from '../../onnx/graph.js';
import type { Layer, TrainingContext, TrainingNodes } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { windowLayout } from '../lowering/pixel-layout.js';
import { imageShape, type Shape } from '../shape.js';
import { unpool, windowBlocks } from './window-blocks.js';

/**
 * Max pooling: [channels, rows, columns] → [channels, ⌊rows / size⌋, ⌊columns / size⌋]. Options: size of the window's side
 * (default 2). The gradient goes to the first maximum of a window, as in TensorFlow.
 */
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
    poolingWindow: size,
    preferredLayout: (input) => {
      const [, rows, columns] = imageShape(input, 'max-pool');
      return windowLayout(rows, columns, size);
    },
    outputShape,
    parameters: () => ({}),
    inference: ({ graph }, input) => pool(graph, input),
    training: (context, input, shape) => training(context, input, shape, size),
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

function training(
  { graph, batch, needsInputGradient }: TrainingContext,
  input: Value,
  shape: Shape,
  size: number,
): TrainingNodes {
  const blocks = windowBlocks(graph, input, shape, size);
  const output = graph.op('Max', blocks.inWindows);
  return {
    output,
    backward: (outer) =>
      needsInputGradient ? unpool(graph, batch, blocks, output, outer) : undefined,
  };
}
