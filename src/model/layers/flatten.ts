/** Flattening of images to features, channel by channel, row by row. */

import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { flattenedFeatures } from '../lowering/keras.js';
import { sizeOf, trainingShape } from '../shape.js';

/** Flatten layer: [channels, rows, columns] → [channels · rows · columns]. No options. */
export function flatten(_options: LayerOptions): Layer {
  return {
    kind: 'flatten',
    outputShape: (input) => [sizeOf(input)],
    parameters: () => ({}),
    inference: ({ graph }, input, shape) => graph.reshape(input, [-1, sizeOf(shape)]),
    training: ({ graph, batch, needsInputGradient }, input, shape) => ({
      output: graph.reshape(input, [sizeOf(shape), batch]),
      backward: (outer) =>
        needsInputGradient ? graph.reshape(outer, [...trainingShape(shape), batch]) : undefined,
    }),
    keras: ({ add }, input, shape) =>
      shape.length === 3
        ? { ...add('Flatten', [input]), features: flattenedFeatures(shape) }
        : input,
    tensorflow: ({ tf }, input, shape) =>
      tf.reshape(shape.length === 3 ? tf.transpose(input, [0, 3, 1, 2]) : input, [
        -1,
        sizeOf(shape),
      ]),
  };
}
