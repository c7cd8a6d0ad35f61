/** Inverted dropout (Srivastava et al. 2014): in training values are dropped with probability `rate`, the rest scaled by 1 / (1 − rate). */

import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';

export function dropout(options: LayerOptions): Layer {
  const rate = options.numberBelow('rate', 0, 1);
  return {
    kind: 'dropout',
    layout: 'preserved',
    elementwise: 'inference',
    outputShape: (input) => input,
    parameters: () => ({}),
    inference: (_context, input) => input,
    training: ({ graph, mask, inputLayout: inputOrder, needsInputGradient }, input, shape) => {
      if (rate === 0) return { output: input, backward: (outer) => outer };
      const kept = mask('', shape, rate, inputOrder);
      return {
        output: graph.op('Mul', [input, kept]),
        backward: (outer) => (needsInputGradient ? graph.op('Mul', [outer, kept]) : undefined),
      };
    },
    keras: ({ add }, input) => ({ ...input, ...add('Dropout', [input], { rate }) }),
    tensorflow: ({ tf, training }, input, shape) =>
      training && rate > 0 ? tf.mul(input, training.mask('', shape, rate)) : input,
  };
}
