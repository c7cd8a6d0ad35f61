/** Gaussian error linear unit (Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415), exact. */

import type { Graph, Value } from '../../onnx/graph.js';
import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';

/** GELU: x · Φ(x), with the normal distribution function Φ itself and no approximation. Shape-preserving. No options. */
export function gelu(_options: LayerOptions): Layer {
  return {
    kind: 'gelu',
    layout: 'preserved',
    elementwise: 'always',
    outputShape: (input) => input,
    parameters: () => ({}),
    // ONNX Runtime recognises a GELU in these operators, and computes it in one pass.
    inference: ({ graph }, input) => {
      const error = graph.op('Erf', [graph.op('Div', [input, graph.floats(Math.SQRT2)])]);
      const twice = graph.op('Mul', [input, graph.op('Add', [error, graph.floats(1)])]);
      return graph.op('Mul', [twice, graph.floats(0.5)]);
    },
    training: ({ graph, needsInputGradient }, input) => {
      const scaled = graph.op('Mul', [input, graph.floats(Math.SQRT1_2)]);
      const phi = normalDistribution(graph, scaled);
      return {
        output: graph.op('Mul', [input, phi]),
        // (x Φ)′ = Φ + x φ, and φ = exp(−x²/2) / √(2π): its factor is a summand of the exponent.
        backward: (outer) => {
          if (!needsInputGradient) return undefined;
          const exponent = graph.op('Sub', [
            graph.floats(-Math.log(2 * Math.PI) / 2),
            graph.op('Mul', [scaled, scaled]),
          ]);
          const density = graph.op('Mul', [input, graph.op('Exp', [exponent])]);
          return graph.op('Mul', [outer, graph.op('Add', [phi, density])]);
        },
      };
    },
    keras: ({ add }, input) => ({
      ...input,
      ...add('Activation', [input], { activation: 'gelu' }),
    }),
    tensorflow: ({ tf }, input) => {
      const error = tf.erf(tf.mul(input, Math.SQRT1_2));
      return tf.mul(input, tf.add(tf.mul(error, 0.5), 0.5));
    },
  };
}

/** Φ(x) of x / √2: (1 + erf) / 2, by a hard sigmoid, which is one pass in place of a product and a sum. */
function normalDistribution(graph: Graph, scaled: Value): Value {
  return graph.op('HardSigmoid', [graph.op('Erf', [scaled])], {
    alpha: { float: 0.5 },
    beta: { float: 0.5 },
  });
}
