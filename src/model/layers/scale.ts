/** Constant scale and offset: temperature of the logits as the last layer, a renormalisation as the first. */

import type { Value } from '../../onnx/graph.js';
import type { Layer, TrainingContext } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';

/** Scale layer: factor · x + offset, both constant. Shape-preserving. Options: factor, above 0; offset, default 0. */
export function scale(options: LayerOptions): Layer {
  const factor = options.numberBelow('factor', 1e-6, 1e6);
  const offset = options.numberBelow('offset', -1e6, 1e6, 0);
  const scaled = ({ graph }: Pick<TrainingContext, 'graph'>, input: Value) => {
    const product = graph.op('Mul', [input, graph.floats(factor)]);
    return offset === 0 ? product : graph.op('Add', [product, graph.floats(offset)]);
  };
  return {
    kind: 'scale',
    layout: 'preserved',
    elementwise: 'always',
    outputShape: (input) => input,
    parameters: () => ({}),
    inference: scaled,
    training: (context, input) => ({
      output: scaled(context, input),
      backward: (outer) =>
        context.needsInputGradient
          ? context.graph.op('Mul', [outer, context.graph.floats(factor)])
          : undefined,
    }),
    keras: ({ add }, input) => ({
      ...input,
      ...add('Rescaling', [input], { scale: factor, offset }),
    }),
    tensorflow: ({ tf }, input) => {
      const product = tf.mul(input, factor);
      return offset === 0 ? product : tf.add(product, offset);
    },
  };
}
