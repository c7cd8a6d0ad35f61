/** Inverted dropout (Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html). */

import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';

/**
 * Dropout: in training, values are set to 0 with probability `rate`, the others scaled by 1 / (1 − rate); the identity in
 * inference. Shape-preserving. Options: rate.
 */
export function dropout(options: LayerOptions): Layer {
  const rate = options.numberBelow('rate', 0, 1);
  return {
    kind: 'dropout',
    layout: 'preserved',
    elementwise: 'inference',
    outputShape: (input) => input,
    parameters: () => ({}),
    inference: (_context, input) => input,
    training: ({ graph, mask, inputLayout, needsInputGradient }, input, shape) => {
      if (rate === 0) return { output: input, backward: (outer) => outer };
      const kept = mask('', shape, rate, inputLayout);
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
