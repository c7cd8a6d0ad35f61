/** Fully connected layer: output = input · kernel + bias. */

import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { flatSize } from '../shape.js';
import { constant, glorotUniform } from './initial.js';

/** Fully connected layer: [inputs] → [units]. Options: units. Parameters: kernel [inputs, units], bias [units]. */
export function dense(options: LayerOptions): Layer {
  const units = options.count('units');
  return {
    kind: 'dense',
    outputShape: (input) => {
      flatSize(input, 'dense');
      return [units];
    },
    parameters: (input) => {
      const inputs = flatSize(input, 'dense');
      return {
        kernel: { shape: [inputs, units], initial: glorotUniform(inputs, units), decay: true },
        bias: { shape: [units], initial: constant(0) },
      };
    },
    inference: ({ graph, parameter }, input) =>
      graph.op('Gemm', [input, parameter('kernel'), parameter('bias')]),
    training: ({ graph, parameter, gradient, needsInputGradient }, input) => {
      const kernel = parameter('kernel');
      const bias = graph.reshape(parameter('bias'), [units, 1]);
      return {
        output: graph.op('Gemm', [kernel, input, bias], { transA: 1 }),
        backward: (outer) => {
          gradient('kernel', graph.op('Gemm', [input, outer], { transB: 1 }));
          gradient('bias', graph.sum(outer, [1]));
          return needsInputGradient ? graph.op('Gemm', [kernel, outer]) : undefined;
        },
      };
    },
    keras: ({ add, weight }, input, [inputs = 0]) => {
      const { features } = input;
      const kernel = weight('kernel', 'kernel', [inputs, units], { features });
      const weights = [kernel, weight('bias', 'bias', [units])];
      return add('Dense', [input], { units, activation: 'linear', use_bias: true }, { weights });
    },
    tensorflow: ({ tf, parameter }, input) =>
      tf.add(tf.matMul(input, parameter('kernel')), parameter('bias')),
  };
}
