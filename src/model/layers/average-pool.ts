/** Global average pooling: each channel's mean over its pixels. */

import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { imageShape } from '../shape.js';

/** Global average pooling: images [channels, rows, columns] → [channels]. No options. */
export function averagePool(_options: LayerOptions): Layer {
  return {
    kind: 'average-pool',
    outputShape: (input) => [imageShape(input, 'average-pool')[0]],
    parameters: () => ({}),
    inference: ({ graph }, input) => graph.op('ReduceMean', [input], { axes: [2, 3], keepdims: 0 }),
    training: ({ graph, batch, needsInputGradient }, input, shape) => {
      const [channels, rows, columns] = imageShape(shape, 'average-pool');
      const pixels = rows * columns;
      const perPixel = graph.floats(1 / pixels);
      return {
        output: graph.op('Mul', [graph.sum(input, [1]), perPixel]),
        backward: (outer) => {
          if (!needsInputGradient) return undefined;
          const part = graph.op('Mul', [outer, perPixel]);
          return graph.op('Expand', [
            graph.reshape(part, [channels, 1, batch]),
            graph.integers([channels, pixels, batch]),
          ]);
        },
      };
    },
    keras: ({ add }, input) =>
      add('GlobalAveragePooling2D', [input], { data_format: 'channels_last' }),
    tensorflow: ({ tf }, input) => tf.mean(input, [1, 2]),
  };
}
