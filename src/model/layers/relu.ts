/** Rectified linear unit: max(input, 0); its gradient at 0 is 0. */

import type { Layer, LayerOptions } from '../layer.js';

export function relu(_options: LayerOptions): Layer {
  return {
    kind: 'relu',
    outputShape: (input) => input,
    parameters: () => ({}),
    inference: ({ graph }, input) => graph.op('Relu', [input]),
    training: ({ graph, needsInputGradient }, input) => {
      const output = graph.op('Relu', [input]);
      return {
        output,
        // Asked of the output: it is at hand anyway, and > 0 just where the input is.
        backward: (outer) => {
          if (!needsInputGradient) return undefined;
          const passes = graph.op('Greater', [output, graph.floats(0)]);
          return graph.op('Where', [passes, outer, graph.floats(0)]);
        },
      };
    },
  };
}
