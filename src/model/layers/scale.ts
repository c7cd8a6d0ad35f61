/** All values times a constant: before the end, it tempers the logits. */

import type { Layer, LayerOptions } from '../layer.js';

/** Options: factor, above 0. */
export function scale(options: LayerOptions): Layer {
  const factor = options.number('factor', 1e-6, 1e6);
  return {
    kind: 'scale',
    order: 'kept',
    pixelwise: 'always',
    outputShape: (input) => input,
    parameters: () => ({}),
    inference: ({ graph }, input) => graph.op('Mul', [input, graph.floats(factor)]),
    training: ({ graph, needsInputGradient }, input) => ({
      output: graph.op('Mul', [input, graph.floats(factor)]),
      backward: (outer) =>
        needsInputGradient ? graph.op('Mul', [outer, graph.floats(factor)]) : undefined,
    }),
    keras: ({ add }, input) => ({
      ...input,
      ...add('Rescaling', [input], { scale: factor, offset: 0 }),
    }),
    tensorflow: ({ tf }, input) => tf.mul(input, factor),
  };
}
