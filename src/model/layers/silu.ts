/** Sigmoid linear unit, also called swish (Elfwing et al. 2017, https://arxiv.org/abs/1702.03118). */

import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';

/** SiLU: x · σ(x). Shape-preserving. No options. */
export function silu(_options: LayerOptions): Layer {
  return {
    kind: 'silu',
    layout: 'preserved',
    elementwise: 'always',
    outputShape: (input) => input,
    parameters: () => ({}),
    inference: ({ graph }, input) => graph.op('Mul', [input, graph.op('Sigmoid', [input])]),
    training: ({ graph, needsInputGradient }, input) => {
      const gate = graph.op('Sigmoid', [input]);
      const output = graph.op('Mul', [input, gate]);
      return {
        output,
        // (x σ)′ = σ + x σ (1 − σ) = σ + y − y σ
        backward: (outer) => {
          if (!needsInputGradient) return undefined;
          const rest = graph.op('Sub', [output, graph.op('Mul', [output, gate])]);
          return graph.op('Mul', [outer, graph.op('Add', [gate, rest])]);
        },
      };
    },
    keras: ({ add }, input) => ({
      ...input,
      ...add('Activation', [input], { activation: 'swish' }),
    }),
    tensorflow: ({ tf }, input) => tf.mul(input, tf.sigmoid(input)),
  };
}
